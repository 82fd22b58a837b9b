//===- test/unit/heap/allocation_test.cpp - Allocating, finding, freeing ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/page_heap.h"
#include "heap/page_table.h"
#include "heap/reclaim.h"
#include "heap/run_index.h"
#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <thread>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

class AllocationTest : public HeapTest {};

bool is_zero(uintptr_t p, size_t bytes) {
  auto *c = reinterpret_cast<const unsigned char *>(p);
  return std::all_of(c, c + bytes, [](unsigned char x) { return x == 0; });
}

TEST_F(AllocationTest, EveryAddressOfASpanFindsItsObjectOrNothing) {
  Cache cache;
  std::mt19937 random(4);
  for (unsigned c : {1u, 2u, 3u, 4u, 9u, 20u, 33u, 50u, 60u, 70u, size_class_count - 1}) {
    size_t bytes = size_class(c).bytes;
    // Fills a few spans, then frees at random, so that there are free slots, objects, and the
    // unused part of a run.
    std::map<uintptr_t, bool> objects; // allocated?
    for (unsigned i = 0; i < size_class(c).objects * 2 + 3; ++i) {
      uintptr_t p = cache.noscan(bytes);
      ASSERT_NE(p, 0u);
      ASSERT_TRUE(objects.emplace(p, true).second);
    }
    for (auto &[p, allocated] : objects)
      if (random() % 3 == 0) {
        ASSERT_EQ(free_object(p), FreeResult::Freed);
        allocated = false;
      }
    Span *last = nullptr;
    for (auto &[p, allocated] : objects) {
      Span *span = page_table.span_of(p);
      if (!span || span == last)
        continue;
      last = span;
      uintptr_t low = span->base, high = low + span->bytes();
      for (uintptr_t a = low; a < high; ++a) {
        ObjectRef found = find_object(a);
        auto it = objects.upper_bound(a);
        bool expected = false;
        if (it != objects.begin()) {
          --it;
          expected = it->second && a < it->first + bytes;
        }
        ASSERT_EQ(bool(found), expected) << std::hex << a;
        if (found) {
          ASSERT_EQ(found.base, it->first);
          ASSERT_EQ(found.size, bytes);
          ASSERT_EQ(found.span, span);
        }
      }
    }
    for (auto &[p, allocated] : objects)
      if (allocated)
        ASSERT_EQ(free_object(p), FreeResult::Freed);
  }
}

TEST_F(AllocationTest, AnyWordMayBeAsked) {
  Cache cache;
  uintptr_t p = cache.noscan(100);
  std::mt19937_64 random(5);
  for (int i = 0; i < 1'000'000; ++i)
    find_object(random());
  for (uintptr_t word : {uintptr_t(0), uintptr_t(1), ~uintptr_t(0), page_table.base.get() - 1,
                         page_table.base + page_table.reserved, page_table.base + page_table.grown,
                         page_table.base + page_table.reserved - 1})
    EXPECT_FALSE(find_object(word));
  // Every page of the heap, with offsets.
  for (size_t offset = 0; offset < page_table.grown; offset += 1009)
    find_object(page_table.base + offset);
  EXPECT_TRUE(find_object(p));
  EXPECT_EQ(free_object(p), FreeResult::Freed);
}

TEST_F(AllocationTest, ObjectsAreZeroedAlignedAndDisjoint) {
  Cache cache;
  std::mt19937 random(6);
  std::map<uintptr_t, size_t> live;
  for (int step = 0; step < 20000; ++step) {
    if (live.size() < 300 || random() % 2) {
      size_t align = size_t(1) << random() % 9;
      size_t bytes = random() % 20 == 0 ? random() % 100000 : random() % 700;
      uintptr_t p = cache.noscan(bytes, align);
      ASSERT_NE(p, 0u);
      ASSERT_EQ(p % align, 0u);
      ASSERT_TRUE(is_zero(p, bytes));
      ObjectRef found = find_object(p);
      ASSERT_TRUE(found);
      ASSERT_EQ(found.base, p);
      ASSERT_GE(found.size, bytes);
      std::memset(reinterpret_cast<void *>(p), 0xff, found.size);
      auto next = live.lower_bound(p);
      ASSERT_TRUE(next == live.end() || p + found.size <= next->first);
      ASSERT_TRUE(next == live.begin() || std::prev(next)->first + std::prev(next)->second <= p);
      live[p] = found.size;
    } else {
      auto it = live.begin();
      std::advance(it, random() % live.size());
      ASSERT_EQ(free_object(it->first), FreeResult::Freed);
      ASSERT_FALSE(find_object(it->first));
      live.erase(it);
    }
  }
  heap_verify();
  for (auto &[p, bytes] : live)
    ASSERT_EQ(free_object(p), FreeResult::Freed);
}

TEST_F(AllocationTest, OverAlignedObjects) {
  Cache cache;
  for (size_t align = 1; align <= (size_t(1) << 21); align *= 2)
    for (size_t bytes : {size_t(1), size_t(48), size_t(5000), size_t(70000)}) {
      uintptr_t p = cache.noscan(bytes, align);
      ASSERT_NE(p, 0u);
      EXPECT_EQ(p % align, 0u);
      EXPECT_TRUE(is_zero(p, bytes));
      EXPECT_EQ(find_object(p + bytes - 1).base, p);
      EXPECT_EQ(free_object(p), FreeResult::Freed);
    }
}

TEST_F(AllocationTest, UntypedMemoryIsAlignedLikeMallocs) {
  Cache cache;
  for (size_t bytes = 0; bytes < 200; ++bytes)
    for (ObjectKind kind : {ObjectKind::Traced, ObjectKind::Conservative}) {
      uintptr_t p = cache->allocate(bytes, 1, kind, nullptr, ArrayForm::One);
      EXPECT_EQ(p % 16, 0u);
      EXPECT_EQ(free_object(p), FreeResult::Freed);
    }
}

/// The last object of a run goes back to it: zeroed, counted, and no object until it is handed out again.
TEST_F(AllocationTest, TheLastObjectGoesBackToItsRun) {
  Cache cache;
  uint64_t mallocs = heap_mallocs(), frees = heap_frees();
  uintptr_t first = cache.noscan(64), second = cache.noscan(64);
  for (int i = 0; i < 1000; ++i) {
    std::memset(reinterpret_cast<void *>(second), 0xff, 64);
    ASSERT_EQ(cache->free(second), FreeResult::Freed);
    EXPECT_FALSE(find_object(second));
    EXPECT_EQ(cache->free(second), FreeResult::NotAllocated);
    ASSERT_EQ(cache.noscan(64), second);
    for (uintptr_t word = second; word < second + 64; word += 8)
      ASSERT_EQ(read_as_marker(word), 0u);
  }
  // One that is not the last does not, and what is too large for it is a slot as before.
  EXPECT_EQ(cache->free(first), FreeResult::Freed);
  uintptr_t third = cache.noscan(64);
  EXPECT_NE(third, first);
  uintptr_t large = cache.noscan(2000);
  EXPECT_EQ(cache->free(large + 8), FreeResult::Interior);
  EXPECT_EQ(cache->free(large), FreeResult::Freed);
  uintptr_t other = cache.noscan(2000);
  EXPECT_NE(other, large);
  for (uintptr_t p : {second, third, other})
    EXPECT_EQ(cache->free(p), FreeResult::Freed);
  cache->flush();
  EXPECT_EQ(heap_frees() - frees, 1002u + 3u);
  EXPECT_EQ(heap_mallocs() - mallocs, 1002u + 3u);
}

TEST_F(AllocationTest, FreeTellsWhatIsWrong) {
  Cache cache;
  int local = 0;
  EXPECT_EQ(free_object(reinterpret_cast<uintptr_t>(&local)), FreeResult::Foreign);
  EXPECT_EQ(free_object(0), FreeResult::Foreign);
  EXPECT_EQ(free_object(~uintptr_t(0)), FreeResult::Foreign);
  EXPECT_EQ(free_object(page_table.base + page_table.grown), FreeResult::NotAllocated);
  for (size_t bytes : {8, 100, 30000, 100000}) {
    uintptr_t p = cache.noscan(bytes);
    EXPECT_EQ(free_object(p + 1), FreeResult::Interior);
    EXPECT_EQ(free_object(p + bytes - 1), FreeResult::Interior);
    EXPECT_EQ(free_object(p), FreeResult::Freed);
    EXPECT_EQ(free_object(p), FreeResult::NotAllocated);
    EXPECT_EQ(free_object(p + 1), FreeResult::NotAllocated);
  }
  // The slot that will be handed out next is reserved, not allocated.
  uintptr_t a = cache.noscan(64);
  EXPECT_EQ(free_object(a + 64), FreeResult::NotAllocated);
  EXPECT_EQ(free_object(a), FreeResult::Freed);
}

TEST_F(AllocationTest, LayoutsComeBack) {
  Cache cache;
  Descriptor d("Laid", 24, {op_words(3), 5, 0, op_end()});
  const TypeInfo *type = intern_type(&d.type);
  auto layout = [](uintptr_t p) { return object_layout(find_object(p)); };
  ObjectLayout one = layout(cache.of_type(type));
  EXPECT_EQ(one.kind, ObjectKind::Typed);
  EXPECT_EQ(one.type, type);
  EXPECT_EQ(one.form, ArrayForm::One);
  for (size_t bytes : {size_t(48), size_t(2400), size_t(240000)})
    for (ArrayForm form : {ArrayForm::Array, ArrayForm::CookieArray}) {
      ObjectLayout array = layout(cache.array_of(type, bytes + 8, form));
      EXPECT_EQ(array.kind, ObjectKind::Typed);
      EXPECT_EQ(array.type, type);
      EXPECT_EQ(array.form, form);
    }
  Descriptor n("NoPointers", 24, {});
  const TypeInfo *plain = intern_type(&n.type);
  EXPECT_EQ(layout(cache.of_type(plain)).kind, ObjectKind::Noscan);
  EXPECT_EQ(layout(cache.of_type(plain)).type, plain);
  EXPECT_EQ(layout(cache.array_of(plain, 4800)).kind, ObjectKind::Noscan);
  EXPECT_TRUE(is_noscan(find_object(cache.array_of(plain, 480000))));
  EXPECT_EQ(layout(cache.traced(40)).kind, ObjectKind::Traced);
  EXPECT_EQ(layout(cache.traced(400000)).kind, ObjectKind::Traced);
}

TEST_F(AllocationTest, ManyTypesShareSpans) {
  Cache cache;
  std::vector<std::pair<uintptr_t, const TypeInfo *>> objects;
  for (int i = 0; i < 300; ++i) {
    Descriptor d("Cold" + std::to_string(i), 16, {op_words(2), 1, 0, op_end()});
    const TypeInfo *type = intern_type(&d.type);
    for (int k = 0; k < 3; ++k)
      objects.emplace_back(cache.of_type(type), type);
  }
  for (auto &[p, type] : objects) {
    EXPECT_EQ(object_layout(find_object(p)).type, type);
    EXPECT_EQ(object_layout(find_object(p)).form, ArrayForm::One);
  }
  heap_verify();
}

/// A type that is met late and used much gets spans of its own; its objects from before keep their layout.
TEST_F(AllocationTest, HotTypesGetSpansOfTheirOwn) {
  Cache cache;
  std::vector<std::pair<uintptr_t, const TypeInfo *>> objects;
  unsigned promoted = 0, others = 0;
  for (int i = 0; i < 200; ++i) {
    Descriptor d("Hot" + std::to_string(i), 24, {op_words(3), 3, 4, op_end()});
    const TypeInfo *type = intern_type(&d.type);
    if (d.type.run != 0)
      continue; // one of the first
    EXPECT_EQ(type->run(), no_run);
    for (uint32_t k = 0; k <= objects_for_own_spans + 10; ++k) {
      if (d.type.run == 0)
        note_shared_object(&d.type, *type);
      if (k < 5 || k > objects_for_own_spans)
        objects.emplace_back(cache.of_type(type), type);
      if (k < objects_for_own_spans)
        ASSERT_EQ(d.type.run, 0u);
    }
    bool own = type->run() != no_run;
    EXPECT_EQ(d.type.run != 0, own);
    EXPECT_EQ(find_object(objects.back().first).span->descriptors.get() == nullptr, own);
    ++(own ? promoted : others);
    // Another image's descriptor of the type is told at its first object.
    if (own) {
      Descriptor again("Hot" + std::to_string(i), 24, {op_words(3), 3, 4, op_end()});
      EXPECT_EQ(intern_type(&again.type), type);
      EXPECT_EQ(again.type.run, d.type.run);
    }
  }
  EXPECT_GT(promoted, 0u);
  EXPECT_GT(others, 0u) << "there are not so many places";
  for (auto &[p, type] : objects)
    ASSERT_EQ(object_layout(find_object(p)).type, type);
  heap_verify();
}

TEST_F(AllocationTest, FlushGivesBackWhatWasNotHandedOut) {
  Cache cache;
  uint64_t live = heap_live_bytes(), objects = heap_live_objects();
  uintptr_t p = cache.noscan(48);
  EXPECT_GE(heap_live_bytes(), live + 48);
  cache->flush();
  EXPECT_EQ(heap_live_bytes(), live + 48);
  EXPECT_EQ(heap_live_objects(), objects + 1);
  EXPECT_TRUE(find_object(p));
  EXPECT_FALSE(find_object(p + 48));
  heap_verify();
  EXPECT_EQ(free_object(p), FreeResult::Freed);
  EXPECT_EQ(heap_live_bytes(), live);
}

TEST_F(AllocationTest, FreedSlotsAreUsedAgain) {
  Cache cache;
  uint64_t inuse = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<uintptr_t> objects;
    for (int i = 0; i < 5000; ++i)
      objects.push_back(cache.traced(80));
    // In another order than that of allocation.
    std::shuffle(objects.begin(), objects.end(), std::mt19937(round));
    for (uintptr_t p : objects)
      ASSERT_EQ(free_object(p), FreeResult::Freed);
    if (round == 0)
      inuse = heap_inuse_bytes();
    ASSERT_LE(heap_inuse_bytes(), inuse + 8 * page_bytes);
  }
}

TEST_F(AllocationTest, LargePagesAreUsedAgainAndReleased) {
  Cache cache;
  constexpr size_t bytes = 64 << 20;
  uint64_t released = heap_counters().released_bytes;
  size_t grown = 0;
  for (int round = 0; round < 8; ++round) {
    uintptr_t p = cache.noscan(bytes);
    ASSERT_NE(p, 0u);
    ASSERT_TRUE(is_zero(p, 1 << 20));
    std::memset(reinterpret_cast<void *>(p), 1, bytes);
    ASSERT_EQ(free_object(p), FreeResult::Freed);
    if (round == 0)
      grown = page_table.grown;
    ASSERT_EQ(page_table.grown, grown);
  }
  EXPECT_GT(heap_counters().released_bytes, released);
  EXPECT_LE(heap_counters().free_dirty_bytes, uint64_t(bytes));
  release_free_pages(0);
  EXPECT_EQ(heap_counters().free_dirty_bytes, 0u);
  heap_verify();
}

TEST_F(AllocationTest, PagesMergeAgain) {
  std::mt19937 random(7);
  release_free_pages(0);
  std::vector<PageRun> runs;
  size_t free_before = verify_free_pages();
  size_t grown_before = page_table.grown;
  for (int step = 0; step < 3000; ++step) {
    if (runs.size() < 50 || random() % 2) {
      size_t pages = 1 + random() % (random() % 10 ? 8 : 500);
      size_t align = page_bytes << (random() % 4 ? 0 : random() % 8);
      PageRun run = allocate_pages(pages, align, Growth::Allowed);
      ASSERT_NE(run.base, 0u);
      ASSERT_EQ(run.base % align, 0u);
      prepare_pages(run, PageContents::Zero);
      ASSERT_TRUE(is_zero(run.base, run.pages * page_bytes));
      *reinterpret_cast<char *>(run.base + page_bytes / 2) = 1;
      runs.push_back(run);
    } else {
      size_t i = random() % runs.size();
      free_pages(runs[i].base, runs[i].pages);
      runs[i] = runs.back();
      runs.pop_back();
    }
    if (step % 100 == 0)
      verify_free_pages();
    if (step % 500 == 0)
      release_free_pages(1 << 20);
  }
  for (const PageRun &run : runs)
    free_pages(run.base, run.pages);
  EXPECT_EQ(verify_free_pages(), free_before + ((page_table.grown - grown_before) >> page_shift));
}

TEST_F(AllocationTest, TooLargeIsNull) {
  Cache cache;
  EXPECT_EQ(cache.noscan(SIZE_MAX), 0u);
  EXPECT_EQ(cache.noscan(SIZE_MAX / 4), 0u);
  EXPECT_EQ(cache.noscan(size_t(32) << 30), 0u) << "more than is reserved";
  EXPECT_EQ(cache.noscan(8, size_t(1) << 60), 0u);
}

TEST_F(AllocationTest, MarksAreSetOnce) {
  Cache cache;
  uintptr_t p = cache.noscan(32), q = cache.noscan(32);
  ObjectRef object = find_object(p + 5);
  EXPECT_FALSE(is_marked(object));
  EXPECT_TRUE(mark_object(object));
  EXPECT_FALSE(mark_object(object));
  EXPECT_TRUE(is_marked(object));
  EXPECT_FALSE(is_marked(find_object(q)));
  checkmark_begin();
  EXPECT_FALSE(is_checkmarked(object));
  EXPECT_TRUE(checkmark_object(object));
  EXPECT_FALSE(checkmark_object(object));
  EXPECT_TRUE(is_checkmarked(object));
  checkmark_end();
  object.span->mark_bits.get()[object.index / 64].fetch_and(~(uint64_t(1) << (object.index % 64)));
}

TEST_F(AllocationTest, ForEachAllocatedSeesObjectsOnly) {
  Cache cache;
  std::vector<uintptr_t> mine;
  for (int i = 0; i < 10; ++i)
    mine.push_back(cache.traced(1024));
  free_object(mine[3]);
  mine.erase(mine.begin() + 3);
  std::vector<uintptr_t> seen;
  for (uint32_t i = 0; i < span_count(); ++i) {
    Span *span = span_at(i);
    if (span->in_use() && span->kind == ObjectKind::Traced && span->object_bytes == 1024)
      for_each_allocated(span, [&](uint32_t index, uintptr_t p) {
        EXPECT_EQ(span->object_at(index), p);
        seen.push_back(p);
      });
  }
  std::sort(mine.begin(), mine.end());
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, mine);
  for (uintptr_t p : mine)
    free_object(p);
}

/// Threads allocate, check, and free what they or others allocated, while another asks find_object
/// about anything.
TEST_F(AllocationTest, ManyThreads) {
  constexpr unsigned threads = 4, slots = 512;
  constexpr int rounds = 30000;
  std::atomic<uintptr_t> shared[slots] = {};
  std::atomic<bool> stop{false};
  uint64_t live = heap_live_bytes();
  std::thread asker([&] {
    std::mt19937_64 random(99);
    while (!stop.load(std::memory_order_relaxed)) {
      ObjectRef found = find_object(page_table.base + random() % page_table.grown);
      if (found)
        ASSERT_GT(found.size, 0u);
    }
  });
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      std::mt19937 random(t);
      Cache cache;
      for (int i = 0; i < rounds; ++i) {
        size_t bytes = random() % 200 == 0 ? 33000 + random() % 60000 : 16 + random() % 500;
        uintptr_t p = random() % 2 ? cache.traced(bytes) : cache.noscan(bytes, 16);
        ASSERT_NE(p, 0u);
        auto *words = reinterpret_cast<uintptr_t *>(p);
        ASSERT_EQ(words[0], 0u);
        ASSERT_EQ(words[1], 0u);
        words[0] = p;
        words[1] = ~p;
        uintptr_t old = shared[random() % slots].exchange(p, std::memory_order_acq_rel);
        if (old != 0) {
          words = reinterpret_cast<uintptr_t *>(old);
          ASSERT_EQ(words[0], old);
          ASSERT_EQ(words[1], ~old);
          ASSERT_EQ(free_object(old), FreeResult::Freed);
        }
        if (i % 5000 == 0)
          cache->flush();
      }
    });
  for (std::thread &t : all)
    t.join();
  stop.store(true);
  asker.join();
  heap_verify();
  for (std::atomic<uintptr_t> &slot : shared)
    if (slot != 0)
      ASSERT_EQ(free_object(slot), FreeResult::Freed);
  EXPECT_EQ(heap_live_bytes(), live);
}

/// Of two frees of one object at once, exactly one succeeds.
TEST_F(AllocationTest, RacingDoubleFreesAreDetected) {
  Cache cache;
  std::atomic<int> freed{0}, rejected{0};
  constexpr int rounds = 2000;
  for (size_t bytes : {size_t(64), size_t(40000)}) {
    std::vector<uintptr_t> objects;
    for (int i = 0; i < (bytes > 1000 ? 200 : rounds); ++i)
      objects.push_back(cache.traced(bytes));
    freed = rejected = 0;
    auto free_all = [&] {
      for (uintptr_t p : objects)
        (free_object(p) == FreeResult::Freed ? freed : rejected).fetch_add(1);
    };
    std::thread a(free_all), b(free_all);
    a.join();
    b.join();
    EXPECT_EQ(freed.load(), static_cast<int>(objects.size()));
    EXPECT_EQ(rejected.load(), static_cast<int>(objects.size()));
  }
}

} // namespace
