//===- rt/collector/assist.cpp - Mutators that help marking -----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/assist.h"

#include "collector/collector_thread.h"
#include "collector/configuration.h"
#include "collector/cycle_hooks.h"
#include "collector/pacer.h"
#include "mark/concurrent_marking.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/perturb.h"
#include "os/relaxed.h"
#include "threads/handshake.h"
#include "threads/world.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

// The longest time that one allocation is kept for marking's sake, in nanoseconds. Longer: allocation overshoots
// the goal less; shorter: the program is kept less at a time.
constexpr uint64_t kLongestStall = 200'000;
// What one such stall pays for in large objects, in bytes, and how many stalls one object may take.
constexpr uint64_t kBytesPerStall = 64 << 10, kMostStalls = 50;
// A slice of marking; a handshake is answered between two. Longer: less overhead; shorter: handshakes are answered sooner.
constexpr uint64_t kSlice = 50'000;
// How much more than its debt a thread marks, in bytes. More: it comes less often, and stays longer; a KiB of references
// to objects without pointers takes some 3 us.
constexpr int64_t kOverAssist = 16 << 10;

struct Waiter {
  Waiter *next;
  int64_t debt;
  std::atomic<uint32_t> paid{0};
};

struct Queue {
  Mutex lock;
  Waiter *first = nullptr, *last = nullptr;
  std::atomic<uint32_t> length{0};
};
constinit Queue g_queue;

struct Times {
  std::atomic<uint64_t> longest_ns{0}, stalls{0};
};
constinit Times g_times;
constinit std::atomic<CycleStage> g_stage{CycleStage::None};

// Past the goal, on which part of what is tolerated stalls stay as they are, and on which they double from there on. Smaller: the
// heap overshoots its goal less where the collector gets no processor; larger: it takes longer until the program feels
// it.
constexpr double kEasyPart = 0.2, kDoubledBy = 0.1;
// The longest stall of all, in nanoseconds. Longer: the heap stays near its goal also where the collector has to
// wait for a thread that does not answer; shorter: such a thread holds up others less.
constexpr uint64_t kMostStall = 1'000'000'000;
constexpr double kMostDoublings = 20;
// The most that a thread owes, in bytes. What it allocates may be an array of any size.
constexpr double kMostDebt = 1e12;

// How far past the goal the heap will be with so many bytes more, as a fraction of what is tolerated.
double past_goal(uint64_t bytes) {
  double heap = static_cast<double>(heap_live_estimate()) + static_cast<double>(bytes);
  return (heap / static_cast<double>(pacer_goal()) - 1) / pacer_tolerance();
}

uint64_t longest_stall(uint64_t bytes, double past) {
  uint64_t stalls = std::clamp<uint64_t>(bytes / kBytesPerStall, 1, kMostStalls);
  auto doublings =
      static_cast<unsigned>(std::clamp((past - kEasyPart) / kDoubledBy, 0.0, kMostDoublings));
  return std::min(kLongestStall * stalls << doublings, kMostStall);
}

// Whether the heap will shrink soon: a cycle runs or has been asked for. In mode stw nobody waits here for it.
bool cycle_is_coming(CycleStage stage) {
  return stage != CycleStage::None ||
         (configuration().collector_mode() != CollectorMode::Stw && cycle_is_awaited());
}

void enqueue(Waiter &waiter) {
  LockGuard guard(g_queue.lock);
  waiter.next = nullptr;
  (g_queue.last ? g_queue.last->next : g_queue.first) = &waiter;
  g_queue.last = &waiter;
  g_queue.length.fetch_add(1, std::memory_order_relaxed);
}

void leave(Waiter &waiter) {
  LockGuard guard(g_queue.lock);
  Waiter *before = nullptr;
  for (Waiter *at = g_queue.first; at; before = at, at = at->next) {
    if (at != &waiter)
      continue;
    (before ? before->next : g_queue.first) = waiter.next;
    if (g_queue.last == &waiter)
      g_queue.last = before;
    g_queue.length.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
}

// Under the lock.
void let_first_go() {
  Waiter *waiter = g_queue.first;
  g_queue.first = waiter->next;
  if (!g_queue.first)
    g_queue.last = nullptr;
  g_queue.length.fetch_sub(1, std::memory_order_relaxed);
  waiter->paid.store(1, std::memory_order_release);
  futex_wake(&waiter->paid, 1);
}

// Step 3. Until the debt is paid, marking or the cycle is over, or the deadline has come.
void wait_for_credit(Mutator &self, uint64_t deadline) {
  Waiter waiter;
  waiter.debt = self.assist_debt;
  enqueue(waiter);
  // Who ends a cycle lets the queue go afterwards: a waiter that came later sees here that there is none.
  if (!cycle_is_coming(g_stage.load(std::memory_order_relaxed)))
    return leave(waiter);
  parked_region(self, [&] {
    for (uint64_t now = now_ns(); !waiter.paid.load(std::memory_order_acquire) && now < deadline;
         now = now_ns())
      futex_wait(&waiter.paid, 0, deadline - now);
  });
  leave(waiter);
  self.assist_debt = waiter.paid.load(std::memory_order_relaxed) ? 0 : waiter.debt;
}

// Step 2. Returns how the last slice ended.
SliceEnd mark_for_debt(Mutator &self, uint64_t deadline) {
  SliceEnd end = SliceEnd::Limit;
  for (uint64_t now = now_ns(); self.assist_debt > 0 && now < deadline; now = now_ns()) {
    // An empty slice would keep the collector from seeing that all is quiet.
    if (!marking_has_work())
      return marking_is_open() ? SliceEnd::NothingToDo : SliceEnd::Closed;
    uint64_t until = std::min(now + kSlice, deadline);
    MarkSlice slice =
        mark_for(Participant::Assist, until, static_cast<uint64_t>(self.assist_debt + kOverAssist));
    self.assist_debt -= static_cast<int64_t>(slice.bytes);
    end = slice.end;
    if (end != SliceEnd::Limit)
      break;
    if (owes_answer(self))
      answer_handshake(self);
  }
  return end;
}

void note_stall(uint64_t begin) {
  g_times.stalls.fetch_add(1, std::memory_order_relaxed);
  raise_to(g_times.longest_ns, now_ns() - begin);
}

} // namespace

void set_assist_stage(CycleStage stage) { g_stage.store(stage, std::memory_order_relaxed); }

void assist(Mutator &self, uint64_t bytes) {
  if (is_in_cycle_hook(self)) // the collector may be waiting for it
    return;
  CycleStage stage = g_stage.load(std::memory_order_relaxed);
  double ratio = pacer_assist_ratio();
  if (stage != CycleStage::Marking || ratio == 0) {
    self.assist_debt = 0;
    double past = past_goal(bytes);
    if (past <= 0 || !cycle_is_coming(stage))
      return;
    uint64_t begin = now_ns();
    wait_for_credit(self, begin + longest_stall(bytes, past));
    self.assist_debt = 0;
    return note_stall(begin);
  }
  double owed = std::min(static_cast<double>(bytes) * ratio, kMostDebt);
  self.assist_debt =
      std::min(self.assist_debt + static_cast<int64_t>(owed) + 1, static_cast<int64_t>(kMostDebt));
  if (self.assist_debt <= 0)
    return;
  perturb();
  double past = past_goal(bytes);
  bool pays_with_time = past > kEasyPart;
  if (pays_with_time)
    self.assist_debt = static_cast<int64_t>(kMostDebt);
  else if (g_queue.length.load(std::memory_order_relaxed) == 0)
    self.assist_debt -= take_mark_credit(self.assist_debt);
  if (self.assist_debt <= 0)
    return;
  uint64_t begin = now_ns();
  uint64_t deadline = begin + longest_stall(bytes, past);
  SliceEnd end = mark_for_debt(self, deadline);
  // Below the goal nobody waits for others' marking; past it, marking may be closed for a while before the collector comes
  // to the next phase.
  bool waits =
      (end == SliceEnd::NothingToDo && past > 0) || (end == SliceEnd::Closed && pays_with_time);
  if (self.assist_debt > 0 && waits && !owes_answer(self))
    wait_for_credit(self, deadline);
  if (end == SliceEnd::Closed || pays_with_time)
    self.assist_debt = 0;
  note_stall(begin);
}

void serve_assist_queue() {
  if (g_queue.length.load(std::memory_order_relaxed) == 0)
    return;
  LockGuard guard(g_queue.lock);
  while (g_queue.first) {
    g_queue.first->debt -= take_mark_credit(g_queue.first->debt);
    if (g_queue.first->debt > 0)
      return;
    let_first_go();
  }
}

void end_assists() {
  LockGuard guard(g_queue.lock);
  while (g_queue.first)
    let_first_go();
}

void abandon_assists() {
  g_queue.first = g_queue.last = nullptr;
  g_queue.length.store(0, std::memory_order_relaxed);
}

AssistTimes take_assist_times() {
  return {g_times.longest_ns.exchange(0, std::memory_order_relaxed),
          g_times.stalls.exchange(0, std::memory_order_relaxed)};
}

} // namespace tricolor::rt
