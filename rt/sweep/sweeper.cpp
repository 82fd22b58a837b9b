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

// What the background thread gives back to the kernel at a time, and how long it sleeps between. More
// bytes or shorter sleeps: memory goes back sooner, and page faults come sooner for what is used again
// after all; and more processor time (a step is some 20 us).
constexpr size_t scavenge_bytes = size_t{256} * 1024;
constexpr uint64_t scavenge_sleep_ns = 1'000'000;

// How many spans it sweeps between two looks at whether somebody else wants the processor. More: less time for
// looking (a look costs more than a span); fewer: who wants to fork, or the processor, waits less (a span is some 100 ns).
constexpr int spans_a_step = 32;

enum class Halt : uint32_t { Off, On };

struct Sweeper {
  // Counts the sweeps opened; the background thread sleeps on it.
  std::atomic<uint32_t> opened{0};
  // Whether the background thread is in a step, and whether it should not begin one. Each side writes
  // its own and then reads the other's (sequentially consistent): not both miss.
  std::atomic<bool> in_step{false};
  std::atomic<uint32_t> halt{static_cast<uint32_t>(Halt::Off)};
  std::atomic<bool> started{false};
};
constinit Sweeper sweeper;

/// Runs step() of the background thread, not while it should halt. Returns what step() does.
template <class Step> auto run_step(Step &&step) {
  for (;;) {
    sweeper.in_step.store(true, std::memory_order_seq_cst);
    if (sweeper.halt.load(std::memory_order_seq_cst) == static_cast<uint32_t>(Halt::Off))
      break;
    sweeper.in_step.store(false, std::memory_order_seq_cst);
    futex_wait(&sweeper.halt, static_cast<uint32_t>(Halt::On));
  }
  auto result = step();
  sweeper.in_step.store(false, std::memory_order_seq_cst);
  return result;
}

/// Whether there is more.
bool sweep_some() {
  for (int i = 0; i != spans_a_step; ++i)
    if (!reclaim_one(SweptBy::Background))
      return false;
  return true;
}

void background_sweeper(void *) {
  for (uint32_t seen = 0;;) {
    uint32_t opened = sweeper.opened.load(std::memory_order_acquire);
    if (opened == seen) {
      futex_wait(&sweeper.opened, opened);
      continue;
    }
    seen = opened;
    while (run_step(sweep_some))
      yield_processor(); // mutators that have work come first
    // The last spans may be in others' hands still: what they free goes back after the next sweep.
    while (run_step([] { return release_free_pages(page_reserve_bytes(), scavenge_bytes); }) != 0 &&
           sweeper.opened.load(std::memory_order_acquire) == seen)
      futex_wait(&sweeper.opened, seen, scavenge_sleep_ns);
  }
}

} // namespace

void sweep_begin() { reclaim_begin(); }

void sweep_open() {
  reclaim_open();
  sweeper.opened.fetch_add(1, std::memory_order_release);
  futex_wake(&sweeper.opened, futex_everyone);
}

void sweep_set_duty(uint64_t bytes) { reclaim_set_duty(bytes); }

bool sweep_one(SweptBy who) { return reclaim_one(who); }

void sweep_finish() {
  while (reclaim_one(SweptBy::Forced)) {
  }
  while (!reclaim_is_done())
    yield_processor();
}

bool sweep_is_done() { return reclaim_is_done(); }

void sweeper_start() {
  if (!sweeper.started.exchange(true, std::memory_order_relaxed))
    start_system_thread("tricolor-sweep", background_sweeper, nullptr);
}

void sweeper_halt() {
  sweeper.halt.store(static_cast<uint32_t>(Halt::On), std::memory_order_seq_cst);
  while (sweeper.in_step.load(std::memory_order_seq_cst))
    yield_processor();
}

void sweeper_go_on() {
  sweeper.halt.store(static_cast<uint32_t>(Halt::Off), std::memory_order_seq_cst);
  futex_wake(&sweeper.halt, futex_everyone);
}

void sweeper_forked() {
  reclaim_forked();
  sweeper.in_step.store(false, std::memory_order_relaxed);
  sweeper.started.store(false, std::memory_order_relaxed);
  sweeper_go_on();
}

} // namespace tricolor::rt
