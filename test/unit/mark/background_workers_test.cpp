//===- test/unit/mark/background_workers_test.cpp - Workers: how many, asleep, awake ----------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/background_workers.h"

#include "marked_heap.h"

#include "mark/sleeping_workers.h"
#include "mark/worker_split.h"
#include "os/clock.h"

#include <atomic>
#include <thread>

namespace tricolor::rt {
namespace {

TEST(WorkerSplit, TakesAQuarterOfTheProcessors) {
  // One thread per processor, the quarter first.
  EXPECT_EQ(split_workers(1, 0), (WorkerSplit{0, 250, 0}));
  EXPECT_EQ(split_workers(2, 0), (WorkerSplit{0, 500, 1}));
  EXPECT_EQ(split_workers(3, 0), (WorkerSplit{0, 750, 2}));
  EXPECT_EQ(split_workers(4, 0), (WorkerSplit{1, 0, 3}));
  EXPECT_EQ(split_workers(6, 0), (WorkerSplit{1, 500, 4}));
  EXPECT_EQ(split_workers(8, 0), (WorkerSplit{2, 0, 6}));
  EXPECT_EQ(split_workers(32, 0), (WorkerSplit{8, 0, 24}));
  EXPECT_EQ(split_workers(100, 0), (WorkerSplit{25, 0, 7}));
  EXPECT_EQ(split_workers(256, 0), (WorkerSplit{32, 0, 0}));
  // A number of threads that the user has chosen.
  EXPECT_EQ(split_workers(2, 1), (WorkerSplit{0, 500, 0}));
  EXPECT_EQ(split_workers(2, 8), (WorkerSplit{0, 500, 7}));
  EXPECT_EQ(split_workers(16, 1), (WorkerSplit{1, 0, 0}));
  EXPECT_EQ(split_workers(16, 4), (WorkerSplit{4, 0, 0}));
  EXPECT_EQ(split_workers(16, 6), (WorkerSplit{4, 0, 2}));
  for (unsigned processors = 0; processors < 300; ++processors)
    for (unsigned markers = 1; markers <= kMostMarkers; ++markers)
      ASSERT_EQ(split_workers(processors, markers).threads(), markers);
}

//===--- Sleeping -------------------------------------------------------------------------------===//

bool no_work() { return false; }

void wait_for_sleepers(uint32_t count) {
  while (workers_asleep() != count)
    std::this_thread::yield();
}

// However many wake at once, each sleeper is woken once, and nobody who does not sleep.
TEST(SleepingWorkers, AreWokenOnceEach) {
  constexpr unsigned kSleepers = 3;
  std::atomic<unsigned> woken{0};
  std::vector<std::thread> sleepers, wakers;
  for (unsigned i = 0; i < kSleepers; ++i)
    sleepers.emplace_back([&, i] {
      sleep_as_worker(static_cast<WorkerKind>(i), no_work);
      ++woken;
      sleep_as_worker(static_cast<WorkerKind>(i), no_work);
      ++woken;
    });
  wait_for_sleepers(kSleepers);
  EXPECT_EQ(woken.load(), 0u);
  wake_worker();
  while (woken.load() != 1)
    std::this_thread::yield();
  wait_for_sleepers(kSleepers);
  for (unsigned i = 0; i < 4; ++i)
    wakers.emplace_back([] { wake_worker(); });
  for (std::thread &waker : wakers)
    waker.join();
  while (woken.load() < 4)
    std::this_thread::yield();
  while (woken.load() < 2 * kSleepers)
    wake_worker();
  for (std::thread &sleeper : sleepers)
    sleeper.join();
  EXPECT_EQ(workers_asleep(), 0u);
  // A wake that nobody sleeps for leaves nothing behind: this one is not woken by it.
  wake_worker();
  std::atomic<bool> awake{false};
  std::thread late([&] {
    sleep_as_worker(WorkerKind::Dedicated, no_work);
    awake = true;
  });
  wait_for_sleepers(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(awake.load());
  wake_all_workers();
  late.join();
}

// Work that came after the worker had looked and before it counted itself asleep: nobody wakes it.
TEST(SleepingWorkers, LookOnceMoreBeforeTheySleep) {
  sleep_as_worker(WorkerKind::Idle, [] { return true; }); // hangs if it does not look
  EXPECT_EQ(workers_asleep(), 0u);
}

// A lost wake would leave work with everybody asleep.
std::atomic<int> g_work{0};

class SleepingWorkersBy : public testing::TestWithParam<int> {};

TEST_P(SleepingWorkersBy, LoseNoWake) {
  constexpr int kAll = 20'000;
  std::atomic<int> done{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < GetParam(); ++i)
    workers.emplace_back([&, i] {
      while (done.load() < kAll) {
        for (int work = g_work.load(); work > 0;)
          if (g_work.compare_exchange_weak(work, work - 1)) {
            ++done;
            work = g_work.load();
          }
        if (done.load() < kAll)
          sleep_as_worker(static_cast<WorkerKind>(i), [] { return g_work.load() > 0; });
      }
    });
  uint64_t begin = now_ns();
  for (int given = 0; given < kAll; ++given) {
    ++g_work;
    wake_worker();
    // One at a time, given when the worker is about to sleep.
    while (done.load() <= given && now_ns() - begin < 30'000'000'000)
      std::this_thread::yield();
    ASSERT_GT(done.load(), given) << "a wake was lost";
  }
  while (workers_asleep() != 0)
    wake_all_workers();
  for (std::thread &worker : workers) {
    wake_all_workers();
    worker.join();
  }
}

INSTANTIATE_TEST_SUITE_P(Number, SleepingWorkersBy, testing::Values(1, 3));

// A marker with much work gives half of it to one who sleeps, and wakes him.
TEST(SleepingWorkers, GetHalfOfAMarkersWork) {
  constexpr size_t kObjects = 200;
  Roots roots(kObjects);
  for (size_t i = 0; i < kObjects; ++i)
    roots[i] = word_of(make(64));
  prepare_cycle();
  begin_marking();
  std::atomic<bool> awake{false};
  std::thread sleeper([&] {
    sleep_as_worker(WorkerKind::Dedicated, no_work);
    awake = true;
  });
  wait_for_sleepers(1);
  mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  sleeper.join(); // hangs if nobody wakes him
  EXPECT_TRUE(awake.load());
  mark_to_the_end();
  EXPECT_EQ(marking_counts().handoffs, 1u);
  EXPECT_GE(marking_counts().steals, 1u);
}

//===--- All kinds ------------------------------------------------------------------------------===//

TEST(BackgroundWorkers, OfEachKindMarkAlone) {
  for (WorkerSplit split : {WorkerSplit{1, 0, 0}, WorkerSplit{0, 250, 0}, WorkerSplit{0, 0, 1},
                            WorkerSplit{8, 500, 23}})
    in_child([&] {
      Roots roots(1);
      Hidden hidden;
      hidden.add(make(size_t{1} << 20));
      hidden.add(make(16));
      hidden[0][(1 << 17) - 1] = word_of(hidden[1]);
      roots[0] = word_of(hidden[0]);
      start_background_workers(split);
      start_background_workers(split);
      EXPECT_EQ(background_workers(), split.threads());
      for (int cycle = 0; cycle < 5; ++cycle) {
        prepare_cycle();
        while (take_mark_credit(INT64_MAX) != 0) {
        }
        begin_marking();
        ASSERT_TRUE(wait_until_quiet(60'000'000'000));
        MarkSummary summary = end_marking();
        EXPECT_TRUE(marked(hidden[1]));
        EXPECT_EQ(summary.counts.worker_bytes, summary.counts.scanned_bytes);
        EXPECT_EQ(static_cast<uint64_t>(take_mark_credit(INT64_MAX)), summary.counts.worker_bytes);
        wait_for_sleepers(split.threads());
      }
    });
}

} // namespace
} // namespace tricolor::rt
