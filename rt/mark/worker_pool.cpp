//===- rt/mark/worker_pool.cpp - Threads that mark --------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/worker_pool.h"

#include "os/fatal.h"
#include "os/futex.h"
#include "os/thread.h"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace tricolor::rt {

namespace {

struct Pool {
  // Worker i (1-based: 0 is the caller) works when its order changes.
  std::atomic<uint32_t> orders[kMostMarkers];
  // How many workers have not yet returned from the current pass.
  std::atomic<uint32_t> running;
  MarkerWork work;
  void *context;
  unsigned threads; // made so far
};

constinit Pool g_pool = {};

void worker_main(void *raw) {
  unsigned index = static_cast<unsigned>(reinterpret_cast<uintptr_t>(raw));
  std::atomic<uint32_t> &order = g_pool.orders[index];
  // The pool's counter starts at 0 and only this worker acknowledges, so no order is missed.
  for (uint32_t seen = 0;;) {
    uint32_t now = order.load(std::memory_order_acquire);
    if (now == seen) {
      futex_wait(&order, seen);
      continue;
    }
    seen = now;
    g_pool.work(g_pool.context, index);
    if (g_pool.running.fetch_sub(1, std::memory_order_acq_rel) == 1)
      futex_wake(&g_pool.running, 1);
  }
}

} // namespace

unsigned reserve_workers(unsigned wanted) {
  wanted = std::min(wanted, kMostMarkers);
  while (g_pool.threads + 1 < wanted) {
    unsigned index = g_pool.threads + 1;
    g_pool.orders[index].store(0, std::memory_order_relaxed);
    start_system_thread("tricolor-marker", worker_main, reinterpret_cast<void *>(uintptr_t{index}));
    ++g_pool.threads;
  }
  return wanted;
}

void run_workers(unsigned count, MarkerWork work, void *context) {
  TRICOLOR_CHECK(count <= g_pool.threads + 1 && "more workers than were reserved");
  g_pool.work = work;
  g_pool.context = context;
  g_pool.running.store(count - 1, std::memory_order_relaxed);
  for (unsigned i = 1; i < count; ++i) {
    g_pool.orders[i].fetch_add(1, std::memory_order_release);
    futex_wake(&g_pool.orders[i], 1);
  }
  work(context, 0);
  for (uint32_t left; (left = g_pool.running.load(std::memory_order_acquire)) != 0;)
    futex_wait(&g_pool.running, left);
}

void workers_after_fork() { g_pool.threads = 0; }

} // namespace tricolor::rt
