//===- test/unit/heap/span_hold_test.cpp - Spans that do not end --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/page_table.h"
#include "heap/reclaim.h"
#include "heap/span_hold.h"
#include <atomic>
#include <cstring>
#include <random>
#include <thread>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

void sweep() {
  reclaim_begin();
  reclaim_open();
  while (reclaim_one(SweptBy::Forced)) {
  }
}

class SpanHoldTest : public HeapTest {
protected:
  void SetUp() override {
    HeapTest::SetUp();
    sweep(); // what other tests have left and can be freed
    inuse_before_ = heap_inuse_bytes();
  }

  uint64_t inuse_before_ = 0; // traced memory that other tests keep
};

TEST_F(SpanHoldTest, EmptySpansStayUntilTheNextSweep) {
  Cache cache;
  for (ObjectKind kind : {ObjectKind::Noscan, ObjectKind::Traced}) {
    auto allocate = [&](size_t bytes) {
      return cache->allocate(bytes, 8, kind, nullptr, ArrayForm::One);
    };
    uint64_t inuse = heap_inuse_bytes();
    std::vector<uintptr_t> objects;
    for (int i = 0; i < 1000; ++i)
      objects.push_back(allocate(i % 50 ? 128 : 40000));
    cache->flush();
    uint64_t full = heap_inuse_bytes();
    hold_spans();
    std::vector<ObjectRef> refs;
    std::vector<uint32_t> versions;
    for (uintptr_t p : objects) {
      refs.push_back(find_object(p));
      versions.push_back(refs.back().span->version.load());
      ASSERT_EQ(free_object(p), FreeResult::Freed);
    }
    EXPECT_EQ(heap_inuse_bytes(), full);
    heap_verify();
    for (size_t i = 0; i < refs.size(); ++i) {
      ASSERT_EQ(refs[i].span->version.load(), versions[i]);
      ASSERT_FALSE(find_object(objects[i]));
      ASSERT_EQ(free_object(objects[i]), FreeResult::NotAllocated);
      mark_object(refs[i]); // what a marker does that has found it before
      ASSERT_TRUE(is_marked(refs[i]));
    }
    let_spans_go();
    heap_verify();
    EXPECT_EQ(heap_inuse_bytes(), full);
    sweep();
    EXPECT_EQ(heap_inuse_bytes(), inuse);
    heap_verify();
    heap_verify_unmarked();
  }
}

TEST_F(SpanHoldTest, EmptySpansAreUsedAgain) {
  Cache cache;
  hold_spans();
  uint64_t inuse = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<uintptr_t> objects;
    for (int i = 0; i < 3000; ++i)
      objects.push_back(cache.traced(160));
    for (uintptr_t p : objects)
      ASSERT_EQ(free_object(p), FreeResult::Freed);
    if (round == 0)
      inuse = heap_inuse_bytes();
    ASSERT_LE(heap_inuse_bytes(),
              inuse + 2 * size_class(size_class_for(160, 16)).pages * page_bytes);
  }
  cache->flush();
  heap_verify();
  let_spans_go();
  sweep();
  EXPECT_EQ(heap_inuse_bytes(), inuse_before_);
}

/// Objects that exist all the time are seen, while others come and go and spans are made.
TEST_F(SpanHoldTest, ForEachAllocatedSeesWhatStays) {
  Cache cache;
  std::vector<uintptr_t> stay;
  for (int i = 0; i < 500; ++i) {
    stay.push_back(cache.traced(i % 100 ? 96 : 50000));
    *reinterpret_cast<uintptr_t *>(stay.back()) = stay.back();
  }
  cache->flush();
  hold_spans();
  std::atomic<bool> stop{false};
  std::vector<std::thread> others;
  for (unsigned t = 0; t < 2; ++t)
    others.emplace_back([&, t] {
      std::mt19937 random(t);
      Cache mine;
      std::vector<uintptr_t> objects;
      while (!stop.load(std::memory_order_relaxed)) {
        objects.push_back(mine.traced(random() % 100 ? 96 : 40000));
        if (objects.size() > 300 || random() % 3 == 0) {
          size_t i = random() % objects.size();
          ASSERT_EQ(free_object(objects[i]), FreeResult::Freed);
          objects[i] = objects.back();
          objects.pop_back();
        }
      }
      for (uintptr_t p : objects)
        ASSERT_EQ(free_object(p), FreeResult::Freed);
    });
  for (int round = 0; round < 200; ++round) {
    size_t seen = 0;
    for (uint32_t i = 0, n = span_count(); i < n; ++i) {
      Span *span = span_at(i);
      if (span->in_use() && span->kind == ObjectKind::Traced)
        for_each_allocated(span, [&](uint32_t, uintptr_t p) { seen += read_as_marker(p) == p; });
    }
    ASSERT_EQ(seen, stay.size());
  }
  stop = true;
  for (std::thread &t : others)
    t.join();
  heap_verify();
  let_spans_go();
  for (uintptr_t p : stay)
    ASSERT_EQ(free_object(p), FreeResult::Freed);
  sweep();
  EXPECT_EQ(heap_inuse_bytes(), inuse_before_);
}

/// A marker that looks objects up and uses what it found a moment later, while threads allocate
/// black, delete, and reuse. Spans are held and let go in turns; a turn begins when every thread has
/// been between two operations, as after a handshake.
void run_marker_among_frees(int turns) {
  constexpr unsigned threads = 3, slots = 256;
  static std::atomic<uintptr_t> shared[slots];
  std::atomic<uint32_t> epoch{0};
  std::atomic<bool> stop{false};
  std::atomic<uint32_t> answered[threads] = {};
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      std::mt19937 random(t);
      Cache cache;
      while (!stop.load(std::memory_order_relaxed)) {
        uint32_t now = epoch.load(std::memory_order_acquire);
        if (now != answered[t].load(std::memory_order_relaxed)) {
          if (now % 2 == 1)
            cache->allocate_black(marked_generation());
          else
            cache->allocate_white();
          answered[t].store(now, std::memory_order_release);
        }
        // One kind of small object, few of them: spans empty often.
        size_t bytes = random() % 20 == 0 ? 33000 : random() % 2 ? 2048 : 16000;
        uintptr_t p = cache.traced(bytes); // no sweep frees it
        ASSERT_EQ(*reinterpret_cast<uintptr_t *>(p), 0u);
        *reinterpret_cast<uintptr_t *>(p) = p;
        if (uintptr_t old = shared[random() % slots].exchange(p, std::memory_order_acq_rel)) {
          ASSERT_EQ(*reinterpret_cast<uintptr_t *>(old), old);
          ASSERT_EQ(free_object(old), FreeResult::Freed);
        }
        if (random() % 50 == 0)
          cache->flush();
        if (random() % 200 == 0)
          for (std::atomic<uintptr_t> &slot : shared)
            if (uintptr_t old = slot.exchange(0, std::memory_order_acq_rel))
              ASSERT_EQ(free_object(old), FreeResult::Freed);
      }
    });
  auto handshake = [&] {
    uint32_t now = epoch.fetch_add(1, std::memory_order_acq_rel) + 1;
    for (std::atomic<uint32_t> &a : answered)
      while (a.load(std::memory_order_acquire) != now)
        std::this_thread::yield();
  };
  std::mt19937_64 random(7);
  uint64_t found = 0;
  for (int turn = 0; turn < turns; ++turn) {
    hold_spans();
    handshake(); // black
    for (int i = 0; i < 600; ++i) {
      uintptr_t word = i % 2 ? shared[random() % slots].load(std::memory_order_relaxed)
                             : page_table.base + random() % page_table.grown;
      ObjectRef object = find_object(word);
      if (!object)
        continue;
      uint32_t version = object.span->version.load(std::memory_order_acquire);
      ++found;
      if (i % 16 == 0)
        std::this_thread::yield();
      ASSERT_EQ(object_layout(object).kind, ObjectKind::Traced);
      mark_object(object);
      uint64_t sum = 0;
      for (size_t k = 0; k < object.size; k += 512)
        sum += read_as_marker(object.base + k);
      (void)sum;
      ASSERT_EQ(object.span->version.load(std::memory_order_acquire), version)
          << "a span ended while it was held";
      ASSERT_TRUE(object.span->in_use());
    }
    let_spans_go();
    reclaim_begin();
    handshake(); // gives back, white
    reclaim_open();
    while (reclaim_one(SweptBy::Forced)) {
    }
    while (!reclaim_is_done())
      std::this_thread::yield();
  }
  stop = true;
  for (std::thread &t : all)
    t.join();
  EXPECT_GT(found, 0u);
  heap_verify();
  heap_verify_unmarked();
  for (std::atomic<uintptr_t> &slot : shared)
    if (uintptr_t p = slot.exchange(0))
      ASSERT_EQ(free_object(p), FreeResult::Freed);
  heap_verify();
}

TEST_F(SpanHoldTest, AMarkerAmongFrees) {
  run_marker_among_frees(200);
  sweep();
  EXPECT_EQ(heap_inuse_bytes(), inuse_before_);
}

TEST(SpanHoldDeathTest, AMarkerAmongFreesWithPoison) {
  expect_success_with_poison([] { run_marker_among_frees(200); });
}

} // namespace
