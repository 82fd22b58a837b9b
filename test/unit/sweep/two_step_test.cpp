//===- test/unit/sweep/two_step_test.cpp - Cycles that stop nobody ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The heap's side of the protocol of docs/design/concurrent.md, with the other layers simulated:
// threads that allocate, delete, end and begin; handshakes that each answers between two operations;
// a scan that logs what the thread holds; a collector that marks the log.
//
//===------------------------------------------------------------------------------------------===//

#include "../heap/fixture.h"
#include "heap/page_heap.h"
#include "heap/page_table.h"
#include "heap/span_hold.h"
#include "os/clock.h"
#include "sweep/sweeper.h"
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

enum class Action : uint8_t { Acknowledge, Scan, GiveBack };

uint64_t pattern_of(uintptr_t p) { return p * 0x9e3779b97f4a7c15u | 1; }
uint64_t &word_of(uintptr_t p) { return *reinterpret_cast<uint64_t *>(p); }

struct World {
  std::mutex registry; // of threads that begin and end, and of the colour they begin with
  bool begins_black = false;
  uint32_t marked = 0; // the generation
  std::atomic<uint32_t> epoch{0};
  Action action = Action::Acknowledge;
  std::atomic<bool> stop{false};
  std::mutex log_lock;
  std::vector<uintptr_t> log;
};

struct Mutator {
  World &world;
  std::unique_ptr<Cache> cache = std::make_unique<Cache>();
  std::vector<uintptr_t> held;
  std::atomic<uint32_t> answered{0};
  std::mt19937 dice;

  Mutator(World &the_world, uint32_t seed) : world(the_world), dice(seed) {}

  void log_held() {
    std::lock_guard guard(world.log_lock);
    world.log.insert(world.log.end(), held.begin(), held.end());
  }

  void act() {
    switch (world.action) {
    case Action::Acknowledge:
      break;
    case Action::Scan:
      log_held();
      (*cache)->allocate_black(world.marked);
      break;
    case Action::GiveBack:
      (*cache)->allocate_white();
      break;
    }
  }

  void poll() {
    uint32_t epoch = world.epoch.load(std::memory_order_acquire);
    if (epoch == answered.load(std::memory_order_relaxed))
      return;
    act();
    answered.store(epoch, std::memory_order_release);
    std::this_thread::yield(); // there may be fewer processors than threads
  }

  /// The thread ends, another one begins and takes over what it held.
  void be_reborn() {
    std::lock_guard guard(world.registry);
    (*cache)->flush();
    cache = std::make_unique<Cache>();
    if (world.begins_black) {
      log_held(); // handed over, like a thread's result
      (*cache)->allocate_black(world.marked);
    }
    answered.store(world.epoch.load(std::memory_order_acquire), std::memory_order_release);
  }

  void step() {
    size_t bytes = dice() % 100 == 0 ? 33000 + dice() % 30000 : 16 + 16 * (dice() % 30);
    uintptr_t p = cache->noscan(bytes, 16);
    ASSERT_NE(p, 0u);
    ASSERT_EQ(word_of(p), 0u) << "not free, or not zeroed";
    word_of(p) = pattern_of(p);
    held.push_back(p);
    while (held.size() > 400 || (held.size() > 100 && dice() % 3 == 0)) {
      size_t victim = dice() % held.size();
      uintptr_t q = held[victim];
      ASSERT_EQ(word_of(q), pattern_of(q)) << "a live object was swept, or its slot used again";
      held[victim] = held.back();
      held.pop_back();
      if (dice() % 3 == 0)
        continue; // dropped: garbage
      word_of(q) = 0;
      ASSERT_EQ(free_object(q), FreeResult::Freed);
    }
    if (dice() % 500 == 0) // spans empty
      while (!held.empty()) {
        ASSERT_EQ(free_object(held.back()), FreeResult::Freed);
        held.pop_back();
      }
  }

  void run() {
    while (!world.stop.load(std::memory_order_relaxed) && !::testing::Test::HasFatalFailure()) {
      poll();
      step();
      if (dice() % 300 == 0)
        be_reborn();
    }
  }
};

void mark_log(World &world) {
  std::lock_guard guard(world.log_lock);
  for (uintptr_t p : world.log)
    if (ObjectRef object = find_object(p)) {
      uint32_t version = object.span->version.load();
      mark_object(object);
      // As scanning would: any words, of a slot that may be free by now.
      read_as_marker(object.base);
      EXPECT_EQ(object.span->version.load(), version) << "a span ended under a marker";
    }
  world.log.clear();
}

/// As in a cycle of its own.
void make_black(Cache &cache) {
  uint32_t generation = hold_spans();
  let_spans_go();
  cache->allocate_black(generation);
}

void run_cycles(int cycles) {
  constexpr unsigned threads = 3;
  World world;
  std::vector<std::unique_ptr<Mutator>> mutators;
  for (unsigned t = 0; t < threads; ++t)
    mutators.push_back(std::make_unique<Mutator>(world, t));
  std::vector<std::thread> all;
  for (auto &mutator : mutators)
    all.emplace_back([&] { mutator->run(); });
  auto handshake = [&](Action action) {
    uint32_t epoch;
    {
      std::lock_guard guard(world.registry);
      world.action = action;
      epoch = world.epoch.load(std::memory_order_relaxed) + 1;
      world.epoch.store(epoch, std::memory_order_release);
    }
    for (auto &mutator : mutators)
      while (mutator->answered.load(std::memory_order_acquire) != epoch)
        std::this_thread::yield();
  };
  auto begin_threads = [&](bool black) {
    std::lock_guard guard(world.registry);
    world.begins_black = black;
  };
  sweeper_start();
  for (int cycle = 0; cycle < cycles && !::testing::Test::HasFailure(); ++cycle) {
    sweep_finish();
    heap_verify_unmarked();
    world.marked = hold_spans();
    handshake(Action::Acknowledge);
    handshake(Action::Acknowledge);
    begin_threads(true);
    handshake(Action::Scan);
    mark_log(world);
    handshake(Action::Acknowledge);
    mark_log(world); // what threads that began meanwhile have handed over
    handshake(Action::Acknowledge);
    let_spans_go();
    sweep_begin();
    EXPECT_FALSE(sweep_is_done());
    begin_threads(false);
    if (cycle % 4 == 0)
      std::this_thread::yield();
    handshake(Action::GiveBack);
    EXPECT_FALSE(sweep_is_done());
    sweep_open();
    sweep_set_duty(cycle % 2 ? 1 << 20 : UINT64_MAX);
    if (cycle % 3 == 0)
      while (sweep_one(SweptBy::Lazy)) {
      }
  }
  world.stop = true;
  for (std::thread &t : all)
    t.join();
  sweep_finish();
  heap_verify();
  heap_verify_unmarked();
  // A cycle with the world stopped finds exactly what the threads hold.
  size_t held = 0;
  for (auto &mutator : mutators) {
    (*mutator->cache)->allocate_white();
    held += mutator->held.size();
    for (uintptr_t p : mutator->held) {
      ASSERT_EQ(word_of(p), pattern_of(p));
      ASSERT_TRUE(mark_object(find_object(p)));
    }
  }
  sweep_begin();
  sweep_open();
  sweep_finish();
  EXPECT_EQ(heap_live_objects(), held);
  for (auto &mutator : mutators)
    for (uintptr_t p : mutator->held)
      ASSERT_EQ(free_object(p), FreeResult::Freed);
  heap_verify();
}

class TwoStepTest : public HeapTest {
protected:
  void SetUp() override {
    HeapTest::SetUp();
    sweep_finish();
    sweep_begin();
    sweep_open();
    sweep_finish();
  }
};

TEST_F(TwoStepTest, CyclesThatStopNobody) { run_cycles(60); }

TEST(TwoStepDeathTest, CyclesThatStopNobodyWithPoison) {
  expect_success_with_poison([] { run_cycles(60); });
}

/// A large object that was made before the opening lies before the end of the sweep.
TEST_F(TwoStepTest, LargeObjectsMadeBetweenTheSteps) {
  Cache cache;
  for (int round = 0; round < 100; ++round) {
    make_black(cache);
    uintptr_t before = cache.noscan(40000);
    sweep_begin();
    uintptr_t between = cache.noscan(40000);
    cache->allocate_white();
    uintptr_t after = cache.noscan(40000);
    sweep_open();
    uintptr_t last = cache.noscan(40000);
    sweep_finish();
    heap_verify_unmarked();
    for (uintptr_t p : {before, between, after, last}) {
      ASSERT_TRUE(find_object(p));
      ASSERT_EQ(free_object(p), FreeResult::Freed);
    }
    heap_verify();
  }
  EXPECT_EQ(heap_live_objects(), 0u);
}

/// With a duty, the sweep is done when so much has been allocated, though nobody else sweeps and what
/// is allocated needs nothing that the sweep would find.
TEST_F(TwoStepTest, TheDutyIsPaidInTime) {
  Cache cache;
  std::vector<uintptr_t> live;
  for (int i = 0; i < 40000; ++i)
    live.push_back(cache.noscan(256));
  constexpr uint64_t bytes = 8 << 20;
  auto allocate = [&](uint64_t most) {
    for (uint64_t done = 0; done < most; done += 32)
      cache.noscan(32);
  };
  sweeper_halt();
  for (uint64_t duty : {bytes, UINT64_MAX}) {
    cache->allocate_white();
    for (uintptr_t p : live)
      mark_object(find_object(p));
    sweep_begin();
    sweep_open();
    sweep_set_duty(duty);
    allocate(bytes / 2);
    EXPECT_FALSE(sweep_is_done()) << "all at once";
    allocate(bytes / 2 + 2 * max_span_bytes);
    EXPECT_EQ(sweep_is_done(), duty == bytes);
    sweep_finish();
  }
  sweeper_go_on();
  for (uintptr_t p : live)
    ASSERT_EQ(free_object(p), FreeResult::Freed);
}

/// Who needs pages does not sweep all of a heap that lives, only to take fresh ones in the end.
TEST_F(TwoStepTest, SweepingInVainEnds) {
  Cache cache;
  std::vector<uintptr_t> live;
  for (int i = 0; i < 200000; ++i)
    live.push_back(cache.noscan(256));
  cache->allocate_white();
  for (uintptr_t p : live)
    mark_object(find_object(p));
  sweeper_halt();
  sweep_begin();
  sweep_open();
  auto swept = [] { return sweep_counters().spans[unsigned(SweptBy::Lazy)].load(); };
  uint64_t before = swept();
  uintptr_t large = cache.noscan(size_t{1} << 30); // more than any free run
  ASSERT_NE(large, 0u);
  EXPECT_GT(swept() - before, 0u);
  EXPECT_LT(swept() - before, 500u);
  EXPECT_FALSE(sweep_is_done());
  sweeper_go_on();
  sweep_finish();
  live.push_back(large);
  for (uintptr_t p : live)
    ASSERT_EQ(free_object(p), FreeResult::Freed);
}

TEST_F(TwoStepTest, AHaltedSweeperDoesNothing) {
  sweeper_start();
  Cache cache;
  for (int i = 0; i < 20000; ++i)
    cache.noscan(256);
  cache->flush();
  sweeper_halt();
  auto swept = [] { return sweep_counters().spans[unsigned(SweptBy::Background)].load(); };
  uint64_t before = swept();
  sweep_begin();
  sweep_open();
  sleep_ns(30'000'000);
  EXPECT_EQ(swept(), before);
  sweeper_go_on();
  uint64_t deadline = now_ns() + 20'000'000'000;
  while (!sweep_is_done() && now_ns() < deadline)
    sleep_ns(1'000'000);
  EXPECT_GT(swept(), before);
}

/// One thread is late in the free of a large object whose span has ended and lives again: it holds
/// the place for a moment, and the sweep must not pass the span by. Here the moment is made long.
TEST_F(TwoStepTest, TheSweepWaitsForALateFree) {
  Cache cache;
  make_black(cache);
  uintptr_t p = cache.noscan(40000);
  Span *span = find_object(p).span;
  sweep_begin();
  cache->allocate_white();
  sweeper_halt();
  ASSERT_EQ(span->place.exchange(SpanPlace::Sweeping), SpanPlace::Large); // retire_if_empty()
  sweep_open();
  std::thread sweeping([] { sweep_finish(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  span->place.store(SpanPlace::Large);
  sweeping.join();
  sweeper_go_on();
  heap_verify_unmarked();
  EXPECT_EQ(free_object(p), FreeResult::Freed);
}

class ScavengeTest : public TwoStepTest {
protected:
  void TearDown() override {
    expect_heap_bytes(0);
    limit_heap_bytes(0);
    TwoStepTest::TearDown();
  }
};

void wait_for_reserve() {
  uint64_t deadline = now_ns() + 20'000'000'000;
  while (heap_counters().free_dirty_bytes > page_reserve_bytes() && now_ns() < deadline)
    sleep_ns(1'000'000);
}

TEST_F(ScavengeTest, ALittleAtATime) {
  sweeper_start();
  sweeper_halt();
  Cache cache;
  for (int i = 0; i < 40000; ++i)
    std::memset(reinterpret_cast<void *>(cache.noscan(2048)), 1, 2048);
  cache->flush();
  expect_heap_bytes(1); // so that only the constant is kept
  sweep_begin();
  sweep_open();
  sweep_finish();
  uint64_t released = heap_counters().released_bytes;
  uint64_t dirty = heap_counters().free_dirty_bytes;
  ASSERT_GT(dirty, page_reserve_bytes() + (32 << 20));
  EXPECT_EQ(release_free_pages(page_reserve_bytes(), 100'000), 104 * 1024u); // 13 pages
  EXPECT_EQ(heap_counters().free_dirty_bytes, dirty - 104 * 1024);
  heap_verify();
  sweeper_go_on();
  wait_for_reserve();
  EXPECT_LE(heap_counters().free_dirty_bytes, page_reserve_bytes());
  EXPECT_GT(heap_counters().free_dirty_bytes, page_reserve_bytes() - (1 << 20)) << "too much";
  EXPECT_GT(heap_counters().released_bytes, released);
}

TEST_F(ScavengeTest, TheExpectedHeapIsKept) {
  expect_heap_bytes(200 << 20);
  EXPECT_EQ(page_reserve_bytes(), (220u << 20) - heap_inuse_bytes());
  limit_heap_bytes(heap_inuse_bytes() + metadata_bytes() + (5 << 20));
  EXPECT_LE(page_reserve_bytes(), 5u << 20);
  EXPECT_GE(page_reserve_bytes(), 4u << 20);
  limit_heap_bytes(1);
  EXPECT_EQ(page_reserve_bytes(), 0u);
  limit_heap_bytes(0);
  expect_heap_bytes(1);
  EXPECT_GE(page_reserve_bytes(), 1u << 20) << "the constant";
}

/// Pages are taken, written, and freed while pieces of free runs are at the kernel.
TEST_F(ScavengeTest, AmongAllocations) {
  std::atomic<bool> stop{false};
  std::thread releaser([&] {
    while (!stop.load(std::memory_order_relaxed)) {
      release_free_pages(0, size_t{64} * 1024);
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 2; ++t)
    all.emplace_back([&, t] {
      std::mt19937 random(t);
      Cache cache;
      std::vector<uintptr_t> objects;
      for (int i = 0; i < 3000; ++i) {
        size_t bytes = 33000 + random() % 500000;
        uintptr_t p = cache.noscan(bytes);
        for (size_t k = 0; k + 8 <= bytes; k += 4096) {
          ASSERT_EQ(word_of(p + k), 0u);
          word_of(p + k) = p;
        }
        objects.push_back(p);
        if (objects.size() > 20) {
          size_t victim = random() % objects.size();
          ASSERT_EQ(word_of(objects[victim] + 4096), objects[victim]);
          ASSERT_EQ(free_object(objects[victim]), FreeResult::Freed);
          objects[victim] = objects.back();
          objects.pop_back();
        }
      }
      for (uintptr_t p : objects)
        ASSERT_EQ(free_object(p), FreeResult::Freed);
    });
  for (std::thread &t : all)
    t.join();
  stop = true;
  releaser.join();
  heap_verify();
}

/// A fork at each point of a cycle. The child has one thread, which goes on; the exit code says how.
enum class ForkAt : uint8_t { Marking, Unopened, Opened };

void fork_at(ForkAt point) {
  start_heap(Poison::On);
  sweeper_start();
  std::mt19937 random(5);
  Cache cache, other;
  std::vector<uintptr_t> live, dead;
  auto allocate = [&](Cache &from) {
    for (int i = 0; i < 20000; ++i) {
      uintptr_t p = from.noscan(i % 200 == 0 ? 40000 : 16 + 16 * (random() % 20));
      word_of(p) = pattern_of(p);
      (random() % 2 ? live : dead).push_back(p);
    }
  };
  allocate(cache);
  allocate(other);
  uint32_t marked = hold_spans();
  cache->allocate_black(marked);
  other->allocate_black(marked);
  size_t white = live.size();
  for (size_t i = 0; i < white; i += point == ForkAt::Marking ? 2 : 1)
    mark_object(find_object(live[i]));
  std::vector<uintptr_t> dead_before = dead;
  allocate(cache);
  for (int i = 0; i < 500; ++i) { // spans become empty
    free_object(dead.back());
    dead.pop_back();
  }
  dead.swap(dead_before);
  if (point != ForkAt::Marking) {
    let_spans_go();
    sweep_begin();
    other->allocate_white();
  }
  if (point == ForkAt::Opened) {
    cache->allocate_white();
    sweep_open();
  }
  sweeper_halt();
  if (pid_t child = fork()) {
    sweeper_go_on();
    int status = 0;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 9);
  }
  // As in the child of a program: the caches of threads that do not exist are flushed first.
  other->allocate_white();
  if (point == ForkAt::Marking)
    abandon_marks(*cache.operator->());
  else
    cache->allocate_white();
  sweeper_forked();
  heap_verify();
  if (point == ForkAt::Marking)
    heap_verify_unmarked();
  // The child's own cycles: the first one finds all marks clear.
  for (int cycle = 0; cycle < 3; ++cycle) {
    allocate(cycle % 2 ? other : cache);
    sweep_finish();
    cache->flush();
    other->flush();
    heap_verify();
    heap_verify_unmarked();
    for (uintptr_t p : live)
      if (word_of(p) != pattern_of(p) || !mark_object(find_object(p)))
        _exit(4);
    sweep_begin();
    sweep_open();
    if (cycle == 1)
      sweeper_start();
  }
  sweep_finish();
  heap_verify();
  _exit(heap_live_objects() == live.size() ? 0 : 5);
}

TEST(ForkDeathTest, InTheMiddleOfMarking) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(fork_at(ForkAt::Marking), ::testing::ExitedWithCode(0), "");
}
TEST(ForkDeathTest, BeforeASweepIsOpen) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(fork_at(ForkAt::Unopened), ::testing::ExitedWithCode(0), "");
}
TEST(ForkDeathTest, InTheMiddleOfASweep) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  for (int i = 0; i < 20; ++i)
    EXPECT_EXIT(fork_at(ForkAt::Opened), ::testing::ExitedWithCode(0), "");
}

} // namespace
