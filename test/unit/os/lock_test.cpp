//===- test/unit/os/lock_test.cpp - Mutual exclusion and waiting --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/clock.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/thread.h"
#include <csignal>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

using namespace tricolor::rt;

namespace {

TEST(Mutex, ExcludesThreads) {
  Mutex mutex;
  uint64_t counter = 0; // not atomic: ThreadSanitizer would tell
  constexpr int threads = 4, rounds = 20000;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        LockGuard guard(mutex);
        ++counter;
      }
    });
  for (std::thread &t : all)
    t.join();
  EXPECT_EQ(counter, uint64_t(threads) * rounds);
  EXPECT_FALSE(mutex.is_locked());
}

TEST(Mutex, WakesTheSleepers) {
  Mutex mutex;
  std::atomic<int> inside{0};
  mutex.lock();
  std::vector<std::thread> all;
  for (int t = 0; t < 3; ++t)
    all.emplace_back([&] {
      LockGuard guard(mutex);
      inside.fetch_add(1);
    });
  sleep_ns(20'000'000); // they have given up spinning by now
  EXPECT_EQ(inside.load(), 0);
  mutex.unlock();
  for (std::thread &t : all)
    t.join();
  EXPECT_EQ(inside.load(), 3);
}

TEST(Mutex, TryLockFailsWhenHeld) {
  Mutex mutex;
  ASSERT_TRUE(mutex.try_lock());
  EXPECT_FALSE(mutex.try_lock());
  mutex.unlock();
  EXPECT_TRUE(mutex.try_lock());
}

TEST(Futex, TimesOut) {
  std::atomic<uint32_t> word{7};
  uint64_t begin = now_ns();
  EXPECT_EQ(futex_wait(&word, 7, 5'000'000), FutexWake::Timeout);
  EXPECT_GE(now_ns() - begin, 4'000'000u);
}

TEST(Futex, DoesNotSleepOnAnotherValueAndKeepsErrno) {
  std::atomic<uint32_t> word{7};
  errno = 42;
  EXPECT_EQ(futex_wait(&word, 8), FutexWake::Woken);
  EXPECT_EQ(errno, 42);
}

struct Started {
  std::atomic<uint32_t> done{0};
  sigset_t mask;
};

TEST(SystemThread, RunsWithAllSignalsBlocked) {
  Started started;
  start_system_thread(
      "test-thread",
      [](void *argument) {
        auto *s = static_cast<Started *>(argument);
        pthread_sigmask(SIG_SETMASK, nullptr, &s->mask);
        s->done.store(1);
        futex_wake(&s->done, futex_everyone);
      },
      &started);
  while (!started.done.load())
    futex_wait(&started.done, 0);
  EXPECT_TRUE(sigismember(&started.mask, SIGUSR1));
  EXPECT_TRUE(sigismember(&started.mask, SIGTERM));
  EXPECT_FALSE(creating_system_thread());
  sigset_t mine;
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  EXPECT_FALSE(sigismember(&mine, SIGUSR1));
}

TEST(Clock, Advances) {
  uint64_t a = now_ns(), cpu = process_cpu_ns();
  volatile uint64_t sink = 0;
  while (now_ns() - a < 3'000'000)
    sink = sink + 1;
  EXPECT_GT(process_cpu_ns(), cpu);
  EXPECT_GT(thread_cpu_ns(), 0u);
}

} // namespace
