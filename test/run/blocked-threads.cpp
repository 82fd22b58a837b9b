//===- test/run/blocked-threads.cpp - Threads that block do not delay a collection --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads blocked in read(), in pthread_cond_wait, in a sleep of seconds and on a mutex, and one
// that computes without a call: each holds the only reference to a pair of nodes in its frame.
// Collections must not wait for them, must keep the nodes, and must leave the blocked calls as they
// were.
//
// Under the thread sanitizer all takes ten times as long.
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t %if tsan %{ 10 10 %} %else %{ 10 %} | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t %if tsan %{ 10 10 %} %else %{ 1 %} | FileCheck %s
//
// CHECK: blocked-threads: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <unistd.h>

using Clock = std::chrono::steady_clock;

static double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Thread ids, set by each thread just before it blocks.
static std::atomic<int> reader, waiter, sleeper, locker, spinner;

// Waits until the kernel says that the thread sleeps.
static void wait_until_blocked(const std::atomic<int> &thread) {
  for (int attempt = 0; attempt < 10000; ++attempt) {
    if (int id = thread.load()) {
      char path[64], state = 0;
      std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
      if (std::FILE *file = std::fopen(path, "r")) {
        int fields = std::fscanf(file, "%*d (%*[^)]) %c", &state);
        std::fclose(file);
        if (fields == 1 && state == 'S')
          return;
      }
    }
    usleep(1000);
  }
  check(false, "a thread did not block");
}

static void read_pipe(int descriptor) {
  Node *node = make_pair_of_nodes(100);
  char byte = 0;
  reader = gettid();
  errno = 0;
  ssize_t count = read(descriptor, &byte, 1);
  check(count == 1 && byte == 'x', "read() did not return the byte", count < 0 ? errno : count);
  check(good_pair(node, 100), "the nodes of the thread in read() were lost");
  check(read(descriptor, &byte, 1) == 1 && byte == 'y', "read() did not return the second byte");
}

static pthread_mutex_t condition_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static bool signalled;

static void wait_for_condition() {
  Node *node = make_pair_of_nodes(200);
  pthread_mutex_lock(&condition_mutex);
  waiter = gettid();
  while (!signalled)
    check(pthread_cond_wait(&condition, &condition_mutex) == 0, "pthread_cond_wait failed");
  pthread_mutex_unlock(&condition_mutex);
  check(good_pair(node, 200), "the nodes of the thread in pthread_cond_wait were lost");
}

static void sleep_long(long seconds) {
  Node *node = make_pair_of_nodes(300);
  auto begin = Clock::now();
  sleeper = gettid();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  double slept = milliseconds(Clock::now() - begin);
  check(slept >= 1000.0 * static_cast<double>(seconds), "the sleep was cut short",
        static_cast<long>(slept));
  check(good_pair(node, 300), "the nodes of the sleeping thread were lost");
}

static std::mutex busy_mutex;

static void lock_mutex() {
  Node *node = make_pair_of_nodes(400);
  locker = gettid();
  std::lock_guard lock(busy_mutex);
  check(good_pair(node, 400), "the nodes of the thread that waits for a mutex were lost");
}

static std::atomic<bool> stop_spinning;

static void spin() {
  Node *node = make_pair_of_nodes(500);
  spinner = gettid();
  while (!stop_spinning.load(std::memory_order_relaxed)) {
  }
  check(good_pair(node, 500), "the nodes of the computing thread were lost");
}

int main(int argc, char **argv) {
  long seconds = argument(argc, argv, 1, 10);
  auto patience = static_cast<double>(argument(argc, argv, 2, 1));
  int ends[2];
  if (pipe(ends) != 0)
    return 2;

  busy_mutex.lock();
  std::thread threads[] = {std::thread(read_pipe, ends[0]), std::thread(wait_for_condition),
                           std::thread(sleep_long, seconds), std::thread(lock_mutex),
                           std::thread(spin)};
  wait_until_blocked(reader);
  wait_until_blocked(waiter);
  wait_until_blocked(sleeper);
  wait_until_blocked(locker);
  while (spinner == 0)
    usleep(1000);

  // The machine may be busy with other tests: the median counts, and no time may be near what a
  // thread that holds the collection up would cause.
  constexpr int kTimes = 11;
  double times[kTimes];
  for (double &time : times) {
    auto begin = Clock::now();
    tricolor::collect();
    time = milliseconds(Clock::now() - begin);
    disturb();
  }
  std::sort(times, times + kTimes);
  check(times[kTimes / 2] < 100 * patience, "a collection took 100 ms or more",
        static_cast<long>(times[kTimes / 2]));
  check(times[kTimes - 1] < 900 * patience, "a collection waited",
        static_cast<long>(times[kTimes - 1]));

  check(write(ends[1], "x", 1) == 1, "write failed");
  disturb();
  check(write(ends[1], "y", 1) == 1, "write failed");
  pthread_mutex_lock(&condition_mutex);
  signalled = true;
  pthread_cond_signal(&condition);
  pthread_mutex_unlock(&condition_mutex);
  busy_mutex.unlock();
  stop_spinning = true;
  disturb();
  for (std::thread &thread : threads)
    thread.join();
  std::printf("blocked-threads: done\n");
  return finish();
}
