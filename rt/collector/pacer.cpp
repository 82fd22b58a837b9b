//===- rt/collector/pacer.cpp - When a cycle starts -------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/pacer.h"

#include "collector/configuration.h"
#include "heap/accounting.h"
#include "heap/page_heap.h"
#include "heap/reclaim.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/metadata.h"
#include "os/output.h"
#include "os/processors.h"

#include <algorithm>
#include <atomic>
#include <unistd.h>

namespace tricolor::rt {

namespace {

// The trigger's limits, as fractions of the way to the goal. A lower least: cycles that need it start in time, and mutators help
// less; but what is allocated while they mark is not collected, so the heap is larger, and after one that was disturbed
// there are more. A higher most: less marking for nothing, and less time to react.
constexpr double kLeastTrigger = 0.5, kMostTrigger = 0.95;
// Of a cycle's error, how much is corrected for the next. More: faster, and swings.
constexpr double kGain = 0.5;
// Under a memory limit, the least growth between two cycles, as a fraction of what is live. More: the limit is
// given up earlier; less: more cycles when it is nearly reached.
constexpr double kLeastGrowth = 0.02;
// Of the processors' time, what the collector may take for a memory limit's sake.
constexpr double kMostShare = 0.5;
// Of one cycle's share, how much goes into the average. More: a single cycle on a busy machine gives the limit up; less: it
// is kept for longer in vain.
constexpr double kShareGain = 0.1;
// After how many cycles in a row that leave more than the limit it is called hopeless, and the goal grows. More: later news; fewer: what was
// allocated during one slow cycle, and counts as live, is enough.
constexpr unsigned kMostFullCycles = 10;
// The part of a memory limit that the goal leaves free: for what is allocated past the goal, and for slots of pages in use
// that are not filled. More: cycles are more frequent under a limit; less: it is passed more often.
constexpr double kLimitRoom = 0.08;
// The most that it grows so, as a fraction of what is live. More: more cycles until a limit that can be kept again is kept.
constexpr double kMostSlack = 4;
// What is taken to be left of marking at least, in bytes: while it goes on, allocation makes debt. More: the last allocations
// pay for more; less: for less.
constexpr uint64_t kLeastWork = 4096;
// How far past the goal the heap may come, as a fraction of it, without and with a memory limit. More: allocations are kept
// for less long where the collector gets no processor; less: the heap grows less there.
constexpr double kTolerance = 0.1, kToleranceUnderLimit = 0.05;
// How much the goal grows each time the collector has taken more. More: fewer cycles until there is enough room.
constexpr double kGiveUpGrowth = 0.1;
// What is kept of pages for the next cycle follows a goal that falls by so small a part of itself a cycle. Larger: pages stay
// longer when less is live; smaller: where the goal goes up and down, pages are given back and faulted in again.
constexpr uint64_t kForgetting = 32;
// The room that remains when the goal is reached, as a fraction of the growth: what an overshoot is paid from.
constexpr double kLastRoom = 0.05;

enum class Collected : uint32_t { NoneYet, Some };
enum class Said : uint8_t { No, Yes };

struct State {
  Mutex lock; // guards what is not atomic
  int64_t percent = 100;
  uint64_t limit = 0;
  uint64_t roots = 0;
  double trigger_fraction = 0.5;
  uint64_t expected = 0; // bytes that the heap is going to hold, as the page heap was told
  double slack = 0;      // how far past the limit the goal may be, as a fraction of the live heap
  Said said = Said::No;
  // Of the cycle under way.
  double started = 0;
  uint64_t expected_work = 0;
  // The processors' time when the last cycle ended, and what the collector has taken since.
  uint64_t window_begin_ns = 0;
  uint64_t window_begin_cpu_ns = 0;
  uint64_t busy_ns = 0;
  double share = 0;         // the average of the last cycles'
  unsigned full_cycles = 0; // after which what was live was more than the limit, in a row

  std::atomic<uint64_t> live{0};
  std::atomic<uint64_t> scanned{0};
  // live_estimate = baseline + allocated - freed (cumulative counters of the heap), modulo 2^64.
  std::atomic<uint64_t> baseline{0};
  std::atomic<uint64_t> goal{kLeastGoal};
  std::atomic<uint64_t> trigger{kLeastGoal};
  std::atomic<double> assist_ratio{0};
  std::atomic<double> tolerance{kTolerance};
  std::atomic<Collected> collected{Collected::NoneYet};
};
constinit State g_pacer;

// Bytes ever allocated less bytes ever freed by the program (by sweeping, too, less those of sweeping).
uint64_t net_allocated() {
  const HeapCounters &heap = heap_counters();
  return heap.allocated_bytes.load(std::memory_order_relaxed) -
         heap.freed_bytes.load(std::memory_order_relaxed) +
         sweep_counters().freed_bytes.load(std::memory_order_relaxed);
}

uint64_t live_bytes() { return g_pacer.live.load(std::memory_order_relaxed); }

// What counts against a memory limit and is no object: tables, and what is in pages in use beside objects.
uint64_t other_bytes() {
  const HeapCounters &heap = heap_counters();
  uint64_t objects = heap_live_bytes();
  uint64_t inuse = heap.inuse_bytes.load(std::memory_order_relaxed);
  return metadata_bytes() + (inuse > objects ? inuse - objects : 0);
}

// Under the lock.
void move_goal() {
  uint64_t live = live_bytes();
  uint64_t goal = goal_for(live, g_pacer.roots, g_pacer.percent);
  auto slack = static_cast<uint64_t>(static_cast<double>(live) * g_pacer.slack);
  // The page heap keeps to what the goal keeps to: it would give pages back for ever that are needed at once.
  limit_heap_bytes(g_pacer.limit ? g_pacer.limit + slack : 0);
  if (g_pacer.limit)
    goal = std::min(goal, goal_under_limit(g_pacer.limit, other_bytes(), live) + slack);
  uint64_t trigger = goal;
  if (goal != UINT64_MAX && goal > live && configuration().collector_mode() != CollectorMode::Stw)
    trigger =
        live + static_cast<uint64_t>(static_cast<double>(goal - live) * g_pacer.trigger_fraction);
  g_pacer.goal.store(goal, std::memory_order_relaxed);
  g_pacer.trigger.store(trigger, std::memory_order_relaxed);
}

void say_limit_is_given_up() {
  LineWriter line;
  line.str("tricolor: memlimit=")
      .dec(g_pacer.limit)
      .str(" cannot be kept, or only with more than ");
  line.str("half of the processors' time for collections: ").dec(live_bytes());
  line.str(" bytes are live; the heap grows past it\n");
  line.write_to(STDERR_FILENO);
}

// Under the lock. Whether cycles take too much time for the limit's sake; lets the goal grow if so.
void watch_share() {
  uint64_t now = now_ns();
  double available = static_cast<double>(now - g_pacer.window_begin_ns) * processor_count();
  // Some of what is busy is measured by the clock, which goes on while a thread waits for a processor.
  uint64_t cpu = process_cpu_ns();
  uint64_t busy = std::min(g_pacer.busy_ns, cpu - g_pacer.window_begin_cpu_ns);
  double share = available > 0 ? static_cast<double>(busy) / available : 0;
  share = g_pacer.share += kShareGain * (share - g_pacer.share);
  bool limited = g_pacer.limit && goal_under_limit(g_pacer.limit, other_bytes(), live_bytes()) <
                                      goal_for(live_bytes(), g_pacer.roots, g_pacer.percent);
  bool too_dear = limited && share > kMostShare && g_pacer.window_begin_ns;
  // Not even what is live fits.
  bool full = limited && other_bytes() + live_bytes() > g_pacer.limit;
  g_pacer.full_cycles = full ? g_pacer.full_cycles + 1 : 0;
  bool hopeless = g_pacer.full_cycles > kMostFullCycles;
  if ((too_dear || hopeless) && g_pacer.said == Said::No) {
    say_limit_is_given_up();
    g_pacer.said = Said::Yes;
  }
  if (!limited) {
    g_pacer.slack = 0;
  } else if (too_dear || hopeless) {
    g_pacer.slack = std::min(g_pacer.slack + kGiveUpGrowth, kMostSlack);
  } else if (share < kMostShare / 2) {
    g_pacer.slack = std::max(0.0, g_pacer.slack - kGiveUpGrowth / 2);
  }
  g_pacer.window_begin_ns = now;
  g_pacer.window_begin_cpu_ns = cpu;
  g_pacer.busy_ns = 0;
}

// How far the heap is on its way from what was live to the goal.
double way() {
  double live = static_cast<double>(live_bytes());
  double growth = static_cast<double>(pacer_goal()) - live;
  return growth > 0 ? (static_cast<double>(heap_live_estimate()) - live) / growth : 1;
}

} // namespace

uint64_t goal_for(uint64_t live, uint64_t roots, int64_t percent) {
  if (percent == kGcPercentOff)
    return UINT64_MAX;
  auto factor = static_cast<uint64_t>(percent);
  // Divided first: live may be large, and a percent of a percent does not matter.
  uint64_t growth = (live + roots) / 100 * factor;
  return std::max(live + growth, kLeastGoal / 100 * factor);
}

double next_trigger(const TriggerOutcome &outcome) {
  // Had marking had its share only, it would have taken so much longer, and ended so much later.
  // Where it had less (few objects can be marked at once, or others have the processors), it takes what it took.
  double way_of_marking =
      (outcome.ended - outcome.started) * std::max(outcome.share / kBackgroundShare, 1.0);
  double way_before = std::max(0.0, outcome.started - outcome.trigger);
  double error = 1 - outcome.trigger - way_before - way_of_marking;
  return std::clamp(outcome.trigger + kGain * error, kLeastTrigger, kMostTrigger);
}

uint64_t goal_under_limit(uint64_t limit, uint64_t other, uint64_t live) {
  uint64_t least = live + static_cast<uint64_t>(static_cast<double>(live) * kLeastGrowth);
  uint64_t taken = other + static_cast<uint64_t>(static_cast<double>(limit) * kLimitRoom);
  return std::max(limit > taken ? limit - taken : 0, least);
}

uint64_t expected_work_for(uint64_t scanned, uint64_t live, uint64_t heap) {
  if (live == 0)
    return heap / 2;
  double growth = std::max(static_cast<double>(heap) / static_cast<double>(live), 1.0);
  // Roots are scanned too, which are not of the heap.
  return std::min(static_cast<uint64_t>(static_cast<double>(scanned) * growth),
                  std::max(heap, scanned));
}

double assist_ratio_for(uint64_t work, int64_t room, uint64_t growth) {
  double least = std::max(static_cast<double>(growth) * kLastRoom, 1.0);
  return static_cast<double>(work) / std::max(static_cast<double>(room), least);
}

uint64_t pacer_goal() { return g_pacer.goal.load(std::memory_order_relaxed); }

double pacer_tolerance() { return g_pacer.tolerance.load(std::memory_order_relaxed); }

bool pacer_wants_cycle() {
  return g_pacer.collected.load(std::memory_order_relaxed) == Collected::Some &&
         heap_live_estimate() >= g_pacer.trigger.load(std::memory_order_relaxed);
}

uint64_t pacer_live_at_last_cycle() { return live_bytes(); }

uint64_t pacer_allowance() {
  uint64_t trigger = g_pacer.trigger.load(std::memory_order_relaxed);
  uint64_t live = heap_live_estimate();
  if (trigger == UINT64_MAX)
    return trigger;
  return trigger > live ? trigger - live : 0;
}

uint64_t heap_live_estimate() {
  // What was freed explicitly may be more than what was live and has been allocated: the dead count as freed then.
  auto bytes =
      static_cast<int64_t>(g_pacer.baseline.load(std::memory_order_relaxed) + net_allocated());
  return bytes > 0 ? static_cast<uint64_t>(bytes) : 0;
}

void pacer_saw_collected_object() {
  if (g_pacer.collected.load(std::memory_order_relaxed) == Collected::NoneYet)
    g_pacer.collected.store(Collected::Some, std::memory_order_relaxed);
}

void pacer_marking_began() {
  LockGuard guard(g_pacer.lock);
  g_pacer.started = way();
  g_pacer.expected_work = expected_work_for(g_pacer.scanned.load(std::memory_order_relaxed),
                                            live_bytes(), heap_live_estimate());
}

void pacer_marking_goes_on(uint64_t marked) {
  uint64_t goal = pacer_goal();
  if (goal == UINT64_MAX)
    return g_pacer.assist_ratio.store(0, std::memory_order_relaxed);
  uint64_t live = live_bytes(), expected = g_pacer.expected_work;
  // When there was more to mark than was guessed, nobody knows how much is left: a little, and the more the more there was.
  uint64_t left = std::max(
      {expected > marked ? expected - marked : 0, std::max(expected, marked) / 16, kLeastWork});
  int64_t room = static_cast<int64_t>(goal) - static_cast<int64_t>(heap_live_estimate());
  g_pacer.assist_ratio.store(assist_ratio_for(left, room, goal > live ? goal - live : 0),
                             std::memory_order_relaxed);
}

double pacer_assist_ratio() { return g_pacer.assist_ratio.load(std::memory_order_relaxed); }

void pacer_marking_ended(const MarkingTime &time) {
  LockGuard guard(g_pacer.lock);
  g_pacer.assist_ratio.store(0, std::memory_order_relaxed);
  g_pacer.busy_ns += time.busy_ns;
  double available = static_cast<double>(time.wall_ns) * processor_count();
  double share = available > 0 ? static_cast<double>(time.busy_ns) / available : kBackgroundShare;
  // A cycle that did not start at the trigger says nothing about it.
  if (heap_live_estimate() >= g_pacer.trigger.load(std::memory_order_relaxed))
    g_pacer.trigger_fraction =
        next_trigger({g_pacer.trigger_fraction, g_pacer.started, way(), share});
}

void pacer_cycle_ended(const CycleWork &work) {
  LockGuard guard(g_pacer.lock);
  g_pacer.live.store(work.live, std::memory_order_relaxed);
  g_pacer.scanned.store(work.scanned, std::memory_order_relaxed);
  g_pacer.roots = work.roots;
  g_pacer.baseline.store(work.live + work.since - net_allocated(), std::memory_order_relaxed);
  watch_share();
  move_goal();
  // Without growth as the trigger, what is live is the best guess at what will be needed.
  uint64_t goal = pacer_goal();
  uint64_t expected = goal == UINT64_MAX ? work.live : goal;
  g_pacer.expected = std::max(expected, g_pacer.expected - g_pacer.expected / kForgetting);
  expect_heap_bytes(g_pacer.expected);
}

int64_t pacer_set_percent(int64_t percent) {
  LockGuard guard(g_pacer.lock);
  int64_t previous = g_pacer.percent;
  g_pacer.percent = percent;
  move_goal();
  return previous;
}

uint64_t pacer_set_memory_limit(uint64_t bytes) {
  LockGuard guard(g_pacer.lock);
  uint64_t previous = g_pacer.limit;
  g_pacer.limit = bytes;
  g_pacer.said = Said::No;
  g_pacer.slack = 0;
  g_pacer.full_cycles = 0;
  g_pacer.tolerance.store(bytes ? kToleranceUnderLimit : kTolerance, std::memory_order_relaxed);
  move_goal();
  return previous;
}

} // namespace tricolor::rt
