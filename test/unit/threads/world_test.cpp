//===- test/unit/threads/world_test.cpp - Stopping and starting -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/world.h"

#include "os/clock.h"
#include "threads/registry.h"
#include "threads/stopped_world.h"
#include "threads/summons.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <signal.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {
namespace {

// Computes until it is told that it is done. As external code does: no sanitizer has instrumented it, so it is
// not in the sanitizer whenever the signal comes.
void compute(std::atomic<uint64_t> &counter, const std::atomic<bool> &done) {
  __asm__ volatile("1: lock incq %0\n\tcmpb $0, %1\n\tje 1b" : "+m"(counter) : "m"(done) : "cc");
}

TEST(World, AComputingThreadStandsStill) {
  std::atomic<uint64_t> counter{0};
  std::atomic<bool> done{false};
  std::thread thread([&] { compute(counter, done); });
  while (counter == 0)
    std::this_thread::yield();
  for (int i = 0; i < 20; ++i) {
    with_world_stopped([&] {
      uint64_t seen = counter;
      usleep(2000);
      EXPECT_EQ(counter.load(), seen);
    });
    uint64_t seen = counter;
    while (counter == seen)
      std::this_thread::yield();
  }
  done = true;
  thread.join();
}

TEST(World, BlockedThreadsDoNotDelayAStopAndGoOnAfterwards) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  std::mutex mutex;
  std::condition_variable condition;
  bool released = false;
  std::atomic<int> ready{0};
  char received = 0;
  auto slept = std::chrono::steady_clock::duration::zero();
  std::thread reader([&] {
    ++ready;
    EXPECT_EQ(read(pipe_ends[0], &received, 1), 1);
  });
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    ++ready;
    condition.wait(lock, [&] { return released; });
  });
  std::thread sleeper([&] {
    auto begin = std::chrono::steady_clock::now();
    ++ready;
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    slept = std::chrono::steady_clock::now() - begin;
  });
  while (ready != 3)
    std::this_thread::yield();
  usleep(20'000); // let them block
  for (int i = 0; i < 5; ++i) {
    StopReport report = with_world_stopped([] {});
    EXPECT_LT(report.nanoseconds, 100'000'000u);
    EXPECT_GE(report.mutators, 4u);
  }
  ASSERT_EQ(write(pipe_ends[1], "x", 1), 1);
  {
    std::lock_guard lock(mutex);
    released = true;
  }
  condition.notify_all();
  reader.join();
  waiter.join();
  sleeper.join();
  EXPECT_EQ(received, 'x');
  EXPECT_GE(slept, std::chrono::milliseconds(700));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(World, AThreadThatBlocksAllSignalsIsStoppedAllTheSame) {
  std::atomic<bool> ready{false}, done{false};
  std::atomic<uint64_t> counter{0};
  std::thread thread([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    ready = true;
    compute(counter, done);
  });
  while (!ready)
    std::this_thread::yield();
  StopReport report = with_world_stopped([] {});
  EXPECT_LT(report.nanoseconds, 1'000'000'000u);
  done = true;
  thread.join();
}

TEST(World, ManyStoppersTakeTurns) {
  std::atomic<int> inside{0}, overlaps{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        with_world_stopped([&] {
          overlaps += ++inside != 1;
          --inside;
        });
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(overlaps.load(), 0);
}

TEST(World, ThreadsComeAndGoDuringStops) {
  std::atomic<bool> done{false};
  std::thread churner([&] {
    for (int i = 0; i < 500; ++i)
      std::thread([] {}).join();
    done = true;
  });
  unsigned stops = 0;
  while (!done) {
    with_world_stopped([] {});
    ++stops;
  }
  churner.join();
  EXPECT_GT(stops, 0u);
}

TEST(World, AParkedRegionIsNotWaitedForAndNotLeftDuringAStop) {
  std::atomic<int> stage{0};
  std::thread thread([&] {
    Mutator &self = current_mutator();
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    parked_region(self, [&] {
      stage = 1;
      while (stage != 2)
        usleep(100);
    });
    stage = 3;
  });
  while (stage != 1)
    std::this_thread::yield();
  with_world_stopped([&] {
    stage = 2;
    usleep(20'000);
    EXPECT_EQ(stage.load(), 2);
  });
  thread.join();
  EXPECT_EQ(stage.load(), 3);
}

TEST(World, ThePollFlagIsUpDuringAStopOnly) {
  EXPECT_EQ(tricolor_control.poll, 0u);
  with_world_stopped([] { EXPECT_EQ(tricolor_control.poll, 1u); });
  EXPECT_EQ(tricolor_control.poll, 0u);
  set_poll_policy(PollPolicy::Always);
  with_world_stopped([] {});
  EXPECT_EQ(tricolor_control.poll, 1u);
  set_poll_policy(PollPolicy::OnRequest);
  EXPECT_EQ(tricolor_control.poll, 0u);
}

} // namespace
} // namespace tricolor::rt
