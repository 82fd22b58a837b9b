//===- rt/sweep/sweeper.cpp - Sweeping by generation --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "sweep/sweeper.h"
#include "heap/page_heap.h"
#include "os/futex.h"
#include "os/thread.h"
#include <atomic>

namespace tricolor::rt {

namespace {

struct Sweeper {
  // Counts the sweeps begun; the background thread sleeps on it.
  std::atomic<uint32_t> begun{0};
  // The sweep at whose end free pages were last released.
  std::atomic<uint32_t> released{0};
  // Threads that may be in release_after_sweep().
  std::atomic<uint32_t> releasing{0};
  std::atomic<bool> started{false};
};
constinit Sweeper sweeper;

/// Once per sweep, by whoever finds it done first.
void release_after_sweep() {
  sweeper.releasing.fetch_add(1, std::memory_order_seq_cst);
  uint32_t begun = sweeper.begun.load(std::memory_order_acquire);
  uint32_t released = sweeper.released.load(std::memory_order_relaxed);
  if (released != begun && reclaim_is_done() &&
      sweeper.released.compare_exchange_strong(released, begun, std::memory_order_relaxed))
    release_free_pages(page_reserve_bytes());
  sweeper.releasing.fetch_sub(1, std::memory_order_seq_cst);
}

void background_sweeper(void *) {
  for (uint32_t seen = 0;;) {
    uint32_t begun = sweeper.begun.load(std::memory_order_acquire);
    if (begun == seen) {
      futex_wait(&sweeper.begun, begun);
      continue;
    }
    seen = begun;
    while (reclaim_one(SweptBy::Background))
      yield_processor(); // mutators that have work come first
    release_after_sweep();
  }
}

} // namespace

void sweep_begin() {
  reclaim_begin();
  sweeper.begun.fetch_add(1, std::memory_order_release);
  futex_wake(&sweeper.begun, futex_everyone);
}

bool sweep_one(SweptBy who) { return reclaim_one(who); }

void sweep_finish() {
  while (reclaim_one(SweptBy::Forced)) {
  }
  while (!reclaim_is_done())
    yield_processor();
  release_after_sweep();
  while (sweeper.releasing.load(std::memory_order_seq_cst) != 0)
    yield_processor();
}

bool sweep_is_done() { return reclaim_is_done(); }

void sweeper_start() {
  if (!sweeper.started.exchange(true, std::memory_order_relaxed))
    start_system_thread("tricolor-sweep", background_sweeper, nullptr);
}

void sweeper_forked() {
  // The background thread may have been counted at the moment of the fork; it does not exist here.
  reclaim_forked();
  sweeper.releasing.store(0, std::memory_order_relaxed);
  sweeper.started.store(false, std::memory_order_relaxed);
}

} // namespace tricolor::rt
