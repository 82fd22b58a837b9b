//===- rt/collector/pacer.cpp - When a cycle starts -------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/pacer.h"

#include "collector/options.h"
#include "heap/accounting.h"
#include "heap/page_heap.h"
#include "heap/reclaim.h"
#include "os/lock.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

enum class Collected : uint32_t { NoneYet, Some };

constinit Mutex g_lock; // guards percent and live, which the goal is made from
constinit int64_t g_percent = 100;
constinit std::atomic<uint64_t> g_live{0};
// live_estimate = g_baseline + allocated - freed (cumulative counters of the heap), modulo 2^64.
constinit std::atomic<uint64_t> g_baseline{0};
constinit std::atomic<uint64_t> g_goal{kLeastGoal};
constinit std::atomic<Collected> g_collected{Collected::NoneYet};

void move_goal() {
  g_goal.store(goal_for(g_live.load(std::memory_order_relaxed), g_percent),
               std::memory_order_relaxed);
}

// Bytes ever allocated less bytes ever freed by the program (by sweeping, too, less those of sweeping).
uint64_t net_allocated() {
  const HeapCounters &heap = heap_counters();
  return heap.allocated_bytes.load(std::memory_order_relaxed) -
         heap.freed_bytes.load(std::memory_order_relaxed) +
         sweep_counters().freed_bytes.load(std::memory_order_relaxed);
}

} // namespace

uint64_t goal_for(uint64_t live, int64_t percent) {
  if (percent == kGcPercentOff)
    return UINT64_MAX;
  auto factor = static_cast<uint64_t>(percent);
  // Divided first: live may be large, and a percent of a percent does not matter.
  uint64_t growth = live / 100 * factor;
  return std::max(live + growth, kLeastGoal / 100 * factor);
}

uint64_t pacer_goal() { return g_goal.load(std::memory_order_relaxed); }

bool pacer_wants_cycle() {
  return g_collected.load(std::memory_order_relaxed) == Collected::Some &&
         heap_live_estimate() >= pacer_goal();
}

uint64_t pacer_live_at_last_cycle() { return g_live.load(std::memory_order_relaxed); }

uint64_t heap_live_estimate() {
  return g_baseline.load(std::memory_order_relaxed) + net_allocated();
}

void pacer_saw_collected_object() {
  if (g_collected.load(std::memory_order_relaxed) == Collected::NoneYet)
    g_collected.store(Collected::Some, std::memory_order_relaxed);
}

void pacer_cycle_ended(uint64_t live) {
  LockGuard guard(g_lock);
  g_live.store(live, std::memory_order_relaxed);
  g_baseline.store(live - net_allocated(), std::memory_order_relaxed);
  move_goal();
  // Without growth as the trigger, what is live is the best guess at what will be needed.
  uint64_t goal = pacer_goal();
  expect_heap_bytes(goal == UINT64_MAX ? live : goal);
}

int64_t pacer_set_percent(int64_t percent) {
  LockGuard guard(g_lock);
  int64_t previous = g_percent;
  g_percent = percent;
  move_goal();
  return previous;
}

} // namespace tricolor::rt
