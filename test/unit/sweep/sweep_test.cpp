//===- test/unit/sweep/sweep_test.cpp - Sweeping against a model --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "../heap/fixture.h"
#include "heap/page_heap.h"
#include "heap/page_table.h"
#include "os/clock.h"
#include "sweep/sweeper.h"
#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <unistd.h>
#include <unordered_map>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

struct Modelled {
  size_t bytes;
  ObjectKind kind;
};
/// What the heap must hold.
using Model = std::unordered_map<uintptr_t, Modelled>;

uint64_t pattern_of(uintptr_t p) { return p * 0x9e3779b97f4a7c15u | 1; }

void write_pattern(uintptr_t p) { *reinterpret_cast<uint64_t *>(p) = pattern_of(p); }
bool has_pattern(uintptr_t p) { return *reinterpret_cast<uint64_t *>(p) == pattern_of(p); }

uintptr_t allocate_one(Cache &cache, std::mt19937 &random, Model &model) {
  static const ObjectKind kinds[] = {ObjectKind::Noscan, ObjectKind::Conservative,
                                     ObjectKind::Traced};
  ObjectKind kind = kinds[random() % 3];
  size_t bytes = random() % 100 == 0 ? 33000 + random() % 100000 : 8 + random() % 1000;
  uintptr_t p = cache->allocate(bytes, 8, kind, nullptr, ArrayForm::One);
  EXPECT_NE(p, 0u);
  EXPECT_EQ(*reinterpret_cast<uint64_t *>(p), 0u);
  EXPECT_TRUE(model.emplace(p, Modelled{bytes, kind}).second)
      << "memory of a live object handed out";
  write_pattern(p);
  return p;
}

void check_model(const Model &model) {
  for (auto &[p, object] : model) {
    ObjectRef found = find_object(p + object.bytes - 1);
    ASSERT_TRUE(found);
    ASSERT_EQ(found.base, p);
    ASSERT_TRUE(has_pattern(p));
    ASSERT_EQ(object_layout(found).kind, object.kind);
  }
}

/// Marks at random; what is not marked and not traced leaves the model.
std::vector<uintptr_t> mark_some(std::mt19937 &random, Model &model, unsigned percent) {
  std::vector<uintptr_t> dead;
  for (auto it = model.begin(); it != model.end();) {
    bool marked = random() % 100 < percent;
    if (marked)
      mark_object(find_object(it->first));
    if (!marked && it->second.kind != ObjectKind::Traced) {
      dead.push_back(it->first);
      it = model.erase(it);
    } else {
      ++it;
    }
  }
  return dead;
}

/// A sweep as it starts with the world stopped: all caches are flushed.
void start_sweep() {
  sweep_begin();
  sweep_open();
}

void free_everything() {
  sweep_finish();
  start_sweep(); // nothing is marked
  sweep_finish();
}

/// Until the background thread has brought it about, or ten seconds.
template <class F> void wait_until(F &&happened) {
  uint64_t deadline = now_ns() + 10'000'000'000;
  while (!happened() && now_ns() < deadline)
    sleep_ns(1'000'000);
}

void run_model(uint32_t seed, int cycles) {
  std::mt19937 random(seed);
  Cache cache;
  Model model;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    for (int i = 0; i < 3000; ++i) {
      allocate_one(cache, random, model);
      if (random() % 8 == 0) {
        auto it = model.begin();
        ASSERT_EQ(free_object(it->first), FreeResult::Freed);
        model.erase(it);
      }
    }
    sweep_finish();
    cache->flush();
    heap_verify();
    std::vector<uintptr_t> dead = mark_some(random, model, cycle % 3 == 0 ? 95 : 30);
    uint32_t generation = heap_sweep_generation();
    start_sweep();
    EXPECT_EQ(heap_sweep_generation(), generation + 2);
    switch (cycle % 3) {
    case 0: // all at once
      sweep_finish();
      heap_verify();
      for (uintptr_t p : dead)
        ASSERT_FALSE(find_object(p) && find_object(p).base == p && !model.count(p));
      break;
    case 1: // some, then allocation among swept and unswept spans
      for (int i = 0; i < 20; ++i)
        sweep_one();
      break;
    case 2: // lazily only
      break;
    }
    // The deleted are not in use twice even while spans are unswept.
    for (int i = 0; i < 1000; ++i) {
      allocate_one(cache, random, model);
      if (random() % 4 == 0) {
        auto it = model.begin();
        ASSERT_EQ(free_object(it->first), FreeResult::Freed);
        model.erase(it);
      }
    }
    check_model(model);
    sweep_finish();
    check_model(model);
    EXPECT_TRUE(sweep_is_done());
    EXPECT_FALSE(sweep_one());
    // Exactly the model is left.
    cache->flush();
    uint64_t objects = 0;
    for (uint32_t i = 0; i < span_count(); ++i)
      if (span_at(i)->in_use())
        for_each_allocated(span_at(i), [&](uint32_t, uintptr_t p) {
          ++objects;
          ASSERT_TRUE(model.count(p)) << "an object that should be dead lives";
        });
    ASSERT_EQ(objects, model.size());
    heap_verify();
  }
  for (auto &[p, object] : model)
    ASSERT_EQ(free_object(p), FreeResult::Freed);
}

class SweepTest : public HeapTest {
protected:
  void SetUp() override {
    HeapTest::SetUp();
    free_everything();
  }
};

TEST_F(SweepTest, MatchesTheModel) {
  for (uint32_t seed = 1; seed <= 3; ++seed)
    run_model(seed, 9);
}

TEST(SweepDeathTest, MatchesTheModelWithPoison) {
  expect_success_with_poison([] { run_model(11, 9); });
}

TEST_F(SweepTest, MarksAreClearAfterwardsAlsoOfTracedObjects) {
  Cache cache;
  uintptr_t noscan = cache.noscan(64), traced = cache.traced(64), large = cache.noscan(100000),
            large_traced = cache.traced(100000);
  for (int cycle = 0; cycle < 3; ++cycle) {
    sweep_finish();
    cache->flush();
    for (uintptr_t p : {noscan, traced, large, large_traced}) {
      ASSERT_FALSE(is_marked(find_object(p)));
      ASSERT_TRUE(mark_object(find_object(p)));
    }
    start_sweep();
    sweep_finish();
  }
  // Traced objects live without marks, the others do not.
  start_sweep();
  sweep_finish();
  EXPECT_FALSE(find_object(noscan));
  EXPECT_FALSE(find_object(large));
  EXPECT_TRUE(find_object(traced));
  EXPECT_TRUE(find_object(large_traced));
  EXPECT_EQ(free_object(traced), FreeResult::Freed);
  EXPECT_EQ(free_object(large_traced), FreeResult::Freed);
}

TEST_F(SweepTest, EmptySpansGoBackAndMemoryToTheKernel) {
  Cache cache;
  uint64_t released = heap_counters().released_bytes;
  for (int i = 0; i < 2'000'000; ++i)
    write_pattern(cache.noscan(32));
  cache->flush();
  ASSERT_GT(heap_inuse_bytes(), 60'000'000u);
  start_sweep();
  sweep_finish();
  EXPECT_EQ(heap_inuse_bytes(), 0u);
  EXPECT_EQ(heap_live_bytes(), 0u);
  sweeper_start();
  wait_until([] { return heap_counters().free_dirty_bytes <= page_reserve_bytes(); });
  EXPECT_LE(heap_counters().free_dirty_bytes, page_reserve_bytes());
  EXPECT_GT(heap_counters().released_bytes, released);
}

TEST_F(SweepTest, RefillsSweepBeforeTheHeapGrows) {
  Cache cache;
  auto fill = [&] {
    for (int i = 0; i < 300'000; ++i)
      write_pattern(cache.noscan(64));
    for (int i = 0; i < 50; ++i)
      write_pattern(cache.noscan(300'000));
    cache->flush();
  };
  fill();
  size_t grown = page_table.grown;
  for (int cycle = 0; cycle < 5; ++cycle) {
    start_sweep();
    fill(); // all of it fits what the dead leave, without anybody else sweeping
    EXPECT_EQ(page_table.grown, grown);
    sweep_finish();
  }
  EXPECT_GT(sweep_counters().spans[unsigned(SweptBy::Lazy)], 0u);
  free_everything();
}

TEST_F(SweepTest, CountersAddUp) {
  Cache cache;
  uint64_t mallocs = heap_mallocs(), frees = heap_frees();
  uint64_t small = heap_counters().by_size[size_class_for(100, 8)].mallocs;
  for (int i = 0; i < 1000; ++i)
    cache.noscan(100);
  cache.noscan(50000);
  cache->flush();
  EXPECT_EQ(heap_mallocs(), mallocs + 1001);
  EXPECT_EQ(heap_counters().by_size[size_class_for(100, 8)].mallocs, small + 1000);
  uint64_t freed = sweep_counters().freed_objects;
  start_sweep();
  sweep_finish();
  EXPECT_EQ(heap_frees(), frees + 1001);
  EXPECT_EQ(sweep_counters().freed_objects, freed + 1001);
  EXPECT_EQ(heap_live_objects(), 0u);
}

/// Mutators allocate, check and delete while the background thread and another sweeper sweep; every
/// so often all stop, and the next cycle marks what they hold.
void run_concurrent() {
  sweeper_start();
  constexpr unsigned threads = 3, cycles = 12;
  constexpr int per_cycle = 6000;
  struct Mutator {
    Cache cache;
    std::vector<uintptr_t> held;
  };
  std::vector<std::unique_ptr<Mutator>> mutators;
  for (unsigned t = 0; t < threads; ++t)
    mutators.push_back(std::make_unique<Mutator>());
  std::mt19937 random(21);
  for (unsigned cycle = 0; cycle < cycles; ++cycle) {
    std::vector<std::thread> all;
    for (unsigned t = 0; t < threads; ++t)
      all.emplace_back([&, t] {
        Mutator &self = *mutators[t];
        std::mt19937 dice(cycle * 100 + t);
        for (int i = 0; i < per_cycle; ++i) {
          size_t bytes = dice() % 200 == 0 ? 40000 : 8 + dice() % 300;
          uintptr_t p = self.cache.noscan(bytes);
          ASSERT_EQ(*reinterpret_cast<uint64_t *>(p), 0u);
          write_pattern(p);
          self.held.push_back(p);
          if (dice() % 3 == 0) {
            size_t victim = dice() % self.held.size();
            uintptr_t q = self.held[victim];
            ASSERT_TRUE(has_pattern(q));
            *reinterpret_cast<uint64_t *>(q) = 0;
            ASSERT_EQ(free_object(q), FreeResult::Freed);
            self.held[victim] = self.held.back();
            self.held.pop_back();
          }
        }
      });
    std::thread helper([] {
      while (sweep_one(SweptBy::Lazy))
        std::this_thread::yield();
    });
    for (std::thread &t : all)
      t.join();
    helper.join();
    sweep_finish();
    for (auto &m : mutators) {
      m->cache->flush();
      for (uintptr_t p : m->held)
        ASSERT_TRUE(has_pattern(p));
    }
    heap_verify();
    for (auto &m : mutators) {
      std::shuffle(m->held.begin(), m->held.end(), random);
      m->held.resize(m->held.size() / 3);
      for (uintptr_t p : m->held)
        mark_object(find_object(p));
    }
    start_sweep();
  }
  sweep_finish();
  size_t held = 0;
  for (auto &m : mutators)
    held += m->held.size();
  EXPECT_EQ(heap_live_objects(), held);
  free_everything();
}

TEST_F(SweepTest, ConcurrentWithMutators) {
  run_concurrent();
  EXPECT_GT(sweep_counters().spans[unsigned(SweptBy::Background)], 0u);
}

TEST(SweepDeathTest, ConcurrentWithMutatorsAndPoison) {
  expect_success_with_poison([] { run_concurrent(); });
}

TEST_F(SweepTest, BackgroundThreadFinishesAlone) {
  sweeper_start();
  Cache cache;
  for (int i = 0; i < 100'000; ++i)
    cache.noscan(48);
  cache->flush();
  start_sweep();
  wait_until([] { return sweep_is_done(); });
  EXPECT_TRUE(sweep_is_done());
  EXPECT_EQ(heap_live_objects(), 0u);
}

/// Large objects are deleted while a sweeper is at them: each span must end exactly once.
TEST_F(SweepTest, LargeObjectsDeletedDuringTheSweep) {
  Cache cache;
  for (int cycle = 0; cycle < 40; ++cycle) {
    std::vector<uintptr_t> objects;
    for (int i = 0; i < 100; ++i)
      objects.push_back(cache.noscan(33000));
    sweep_finish();
    for (uintptr_t p : objects)
      mark_object(find_object(p));
    start_sweep();
    std::thread sweeper([] {
      while (sweep_one()) {
      }
    });
    // Meanwhile others are born in the Spans of the dead.
    std::thread other([] {
      Cache mine;
      for (int i = 0; i < 100; ++i) {
        uintptr_t p = mine.noscan(33000);
        write_pattern(p);
        std::this_thread::yield();
        ASSERT_TRUE(has_pattern(p));
        ASSERT_EQ(free_object(p), FreeResult::Freed);
      }
    });
    for (uintptr_t p : objects)
      ASSERT_EQ(free_object(p), FreeResult::Freed);
    other.join();
    sweeper.join();
    sweep_finish();
    ASSERT_EQ(heap_live_objects(), 0u);
    heap_verify();
  }
}

} // namespace
