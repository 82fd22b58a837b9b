//===- test/run/concurrent-locals.cpp - References in the locals of other threads ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One pair of nodes, which only locals ever refer to, goes around between threads while cycles run: each reads it from
// a local variable of the thread before it, has that one forget it, and puts it in its own. Who reads has just passed a
// safepoint, and who forgets has not for a while: so a thread that has been scanned gets it from one that has not, over and over.
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 200 | FileCheck %s
// RUN: %{concurrent} %t2 60 | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 60 | FileCheck %s
//
// CHECK: concurrent-locals: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

static constexpr long kThreads = 2;
static constexpr long kNumber = 4711;

// What a thread shows of its frame, and whether the one behind it has read it.
struct Window {
  std::atomic<Node *> *atomic = nullptr;
  Node **plain = nullptr;
  std::atomic<bool> shown{false}, taken{false};
};

static Window windows[kThreads];
static std::atomic<long> ready{0};
static std::atomic<bool> over{false};
static std::atomic<Node *> first;

// A reference that is in this frame only, until it is in the caller's.
[[gnu::noinline]] static Node *read_window(Window &from, bool plain) {
  Node *node = plain ? *from.plain : from.atomic->load();
  check(good_pair(node, kNumber), "a damaged node");
  from.taken = true;
  return node;
}

// One of the threads gets it, and keeps no copy.
[[gnu::noinline]] static Node *take_first() { return first.exchange(nullptr); }

// Waits for a while without a safepoint: there is no poll in assembly.
static bool taken_soon(const Window &mine) {
  long tries = 200'000;
  __asm__ volatile("1: cmpb $0, %1\n\tjne 2f\n\tpause\n\tdecq %0\n\tjnz 1b\n\t2:"
                   : "+r"(tries)
                   : "m"(mine.taken)
                   : "memory", "cc");
  return tries != 0;
}

[[gnu::always_inline]] static inline void go_round(long self, std::atomic<Node *> &atomic,
                                                   Node *&plain) {
  Window &mine = windows[self], &before = windows[(self + kThreads - 1) % kThreads];
  mine.atomic = &atomic;
  mine.plain = &plain;
  ++ready;
  while (ready != kThreads)
    std::this_thread::yield();
  for (long round = 0;; ++round) {
    for (long wait = 0; !before.shown && !first.load(std::memory_order_relaxed) && !over; ++wait)
      if (wait % 4096 == 4095)
        std::this_thread::yield();
    Node *node;
    if (before.shown) {
      before.shown = false;
      for (int i = 0; i < 10; ++i)
        std::this_thread::yield(); // a safepoint, as the other one has none
      node = read_window(before, round % 2 != 0);
    } else {
      node = take_first();
    }
    if (!node) {
      if (over)
        return;
      continue;
    }
    check(good_pair(node, kNumber), "a damaged node");
    atomic = node;
    plain = node;
    // Perhaps from before the barrier is on.
    for (long i = 0; i < round * 7 % 64; ++i)
      std::this_thread::yield();
    mine.shown = true;
    while (!taken_soon(mine) && !over)
      std::this_thread::yield();
    if (!mine.taken) {
      check(good_pair(plain, kNumber), "a damaged node at the end");
      return;
    }
    mine.taken = false;
    atomic = nullptr;
    plain = nullptr;
  }
}

static void pass_on(long self) {
  std::atomic<Node *> atomic{nullptr};
  Node *plain = nullptr;
  go_round(self, atomic, plain);
  // The next thread may still look at them.
  for (--ready; ready != 0;)
    std::this_thread::yield();
}

int main(int argc, char **argv) {
  long cycles = argc > 1 ? strtol(argv[1], nullptr, 10) : 100;
  first = make_pair_of_nodes(kNumber);
  std::vector<std::thread> threads;
  for (long i = 0; i < kThreads; ++i)
    threads.emplace_back(pass_on, i);
  {
    Collecting collecting;
    while (collecting.cycles() < cycles)
      std::this_thread::yield();
  }
  over = true;
  for (std::thread &thread : threads)
    thread.join();
  puts("concurrent-locals: done");
}
