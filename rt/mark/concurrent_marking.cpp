//===- rt/mark/concurrent_marking.cpp - Marking beside mutators -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/concurrent_marking.h"

#include "mark/background_workers.h"
#include "mark/barrier_log.h"
#include "mark/external_roots.h"
#include "mark/finalizer_queue.h"
#include "mark/root_jobs.h"
#include "mark/sleeping_workers.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/futex.h"
#include "threads/registry.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

constexpr uint64_t kInProgress = 1;
constexpr uint64_t kBegun = uint64_t{1} << 32;

// For how long somebody who waits for rest or quiet sleeps at most before it looks again. Not needed for
// progress, but for a wait_until_quiet() whose work only comes with time.
constexpr uint64_t kLookAgain = 1'000'000;

// MarkCounts is nothing but sums.
constexpr size_t kCounters = sizeof(MarkCounts) / sizeof(uint64_t);

struct ConcurrentMarking {
  alignas(64) std::atomic<uint64_t> activity{0};
  alignas(64) std::atomic<uint32_t> open{0};
  // How many pauses are in force; markers look at it.
  std::atomic<uint32_t> paused{0};
  // Changes when no slice is in progress any more and somebody waits for that.
  std::atomic<uint32_t> rests{0};
  std::atomic<uint32_t> rest_waiters{0}, quiet_waiters{0};
  alignas(64) std::atomic<int64_t> credit{0};
  std::atomic<uint64_t> counts[kCounters] = {};
  MarkTeam team{0, MarkPass::Concurrent};
  RootJobs jobs;
};
[[clang::no_destroy]] constinit ConcurrentMarking g_marking;

bool none_in_progress() { return static_cast<uint32_t>(g_marking.activity.load()) == 0; }

bool enter() {
  g_marking.activity.fetch_add(kBegun + kInProgress);
  return g_marking.open.load() != 0 && g_marking.paused.load() == 0;
}

void leave() {
  uint64_t before = g_marking.activity.fetch_sub(kInProgress);
  if (static_cast<uint32_t>(before) != 1)
    return;
  // Where work is left it is not quiet yet, and who takes it leaves after us.
  if (g_marking.rest_waiters.load() == 0 &&
      (g_marking.quiet_waiters.load() == 0 || marking_has_work()))
    return;
  g_marking.rests.fetch_add(1);
  futex_wake(&g_marking.rests, futex_everyone);
}

// Waits until `condition`, which can become true only when a slice ends (or with time).
template <class Condition>
bool wait_until(Condition &&condition, std::atomic<uint32_t> &waiters, uint64_t timeout_ns) {
  if (condition())
    return true;
  uint64_t begin = now_ns();
  bool result;
  waiters.fetch_add(1);
  for (;;) {
    uint32_t rests = g_marking.rests.load();
    result = condition();
    uint64_t waited = now_ns() - begin;
    if (result || waited >= timeout_ns)
      break;
    futex_wait(&g_marking.rests, rests, std::min(kLookAgain, timeout_ns - waited));
  }
  waiters.fetch_sub(1);
  return result;
}

void wait_for_rest() { wait_until(none_in_progress, g_marking.rest_waiters, UINT64_MAX); }

void add_counts(const MarkCounts &counts) {
  static_assert(sizeof(MarkCounts) % sizeof(uint64_t) == 0);
  uint64_t values[kCounters];
  __builtin_memcpy(values, &counts, sizeof values);
  for (size_t i = 0; i < kCounters; ++i)
    if (values[i] != 0)
      g_marking.counts[i].fetch_add(values[i], std::memory_order_relaxed);
}

void clear_counts() {
  for (std::atomic<uint64_t> &count : g_marking.counts)
    count.store(0, std::memory_order_relaxed);
  g_marking.credit.store(0);
}

void log_records() {
  LogAppender log;
  LockGuard guard(registry_lock());
  for (PendingStart *start = first_pending_start(); start; start = start->next) {
    auto word = reinterpret_cast<uintptr_t>(start->argument);
    log.add(&word, 1);
  }
  for (FinishedThread *thread = first_finished_thread(); thread; thread = thread->next) {
    auto word = reinterpret_cast<uintptr_t>(thread->result);
    log.add(&word, 1);
  }
  auto add = [](void *context, uintptr_t word) {
    static_cast<LogAppender *>(context)->add(&word, 1);
  };
  visit_cleanup_arguments(&log, add);
  visit_finalizer_queue(&log, add);
}

SliceEnd work(Marker &marker) {
  for (;;) {
    marker.drain();
    if (marker.stopped())
      return SliceEnd::Limit;
    if (!marker.take_work() && !barrier_visit_chunk(marker) && !g_marking.jobs.run_one(marker))
      return SliceEnd::NothingToDo;
  }
}

} // namespace

void begin_marking() {
  TRICOLOR_CHECK(!marking_is_open() && "marking has begun twice");
  TRICOLOR_CHECK(workbuf_pool().full.empty() && "marking begins with grey objects");
  wait_for_rest(); // who has come too late for the last one
  clear_counts();
  log_records();
  log_external_roots();
  g_marking.jobs.clear();
  g_marking.jobs.prepare(RootSet::Concurrent);
  g_marking.open.store(1);
  wake_all_workers();
}

bool marking_is_open() { return g_marking.open.load() != 0; }

bool is_quiet() {
  uint64_t before = g_marking.activity.load();
  if (static_cast<uint32_t>(before) != 0 || !g_marking.jobs.all_finished() ||
      !workbuf_pool().full.empty() || !barrier_log_is_empty())
    return false;
  return g_marking.activity.load() == before;
}

bool wait_until_quiet(uint64_t timeout_ns) {
  return wait_until(is_quiet, g_marking.quiet_waiters, timeout_ns);
}

MarkSummary end_marking() {
  TRICOLOR_CHECK(marking_is_open() && "no marking to end");
  g_marking.open.store(0);
  wait_for_rest();
  g_marking.jobs.check_all_ran();
  // A word that was logged since the last round may be what a dead frame has left, and point to something dead. If a
  // slice has marked that, all below must be marked too, or it would survive without what it refers to.
  Marker marker(g_marking.team);
  while (marker.take_work())
    marker.drain();
  marker.finish();
  add_counts(marker.counts);
  return {marking_counts(), background_workers()};
}

void pause_marking() {
  g_marking.paused.fetch_add(1);
  wait_for_rest();
}

void resume_marking() {
  if (g_marking.paused.fetch_sub(1) == 1 && marking_has_work())
    wake_all_workers();
}

void abandon_marking() {
  forget_background_workers();
  WorkbufPool &pool = workbuf_pool();
  while (Workbuf *buffer = pool.full.pop()) {
    buffer->count = 0;
    pool.empty.push(buffer);
  }
  barrier_discard_log();
  g_marking.open.store(0);
  g_marking.paused.store(0);
  g_marking.activity.store(0);
  g_marking.rest_waiters.store(0);
  g_marking.quiet_waiters.store(0);
  g_marking.jobs.clear();
  clear_counts();
}

MarkSlice mark_for(Participant who, uint64_t deadline_ns, uint64_t bytes) {
  if (!enter()) {
    leave();
    return {0, SliceEnd::Closed};
  }
  // The clock of a thread is a system call, that of the system is not: an assist's slice may be short.
  bool worker = who == Participant::Worker || who == Participant::IdleWorker;
  uint64_t (*clock)() = worker ? thread_cpu_ns : now_ns;
  uint64_t begin = clock();
  Marker marker(g_marking.team, {deadline_ns, bytes, &g_marking.paused});
  SliceEnd end = work(marker);
  marker.publish();
  (who == Participant::IdleWorker ? marker.counts.idle_ns : marker.counts.busy_ns) =
      clock() - begin;
  uint64_t scanned = marker.counts.scanned_bytes;
  if (worker)
    marker.counts.worker_bytes = scanned;
  if (who == Participant::Assist)
    marker.counts.assist_bytes = scanned;
  add_counts(marker.counts);
  if (worker)
    give_mark_credit(static_cast<int64_t>(scanned));
  leave();
  return {scanned, end};
}

bool marking_has_work() {
  return g_marking.open.load() != 0 && g_marking.paused.load() == 0 &&
         (!workbuf_pool().full.empty() || !barrier_log_is_empty() || g_marking.jobs.any_to_draw());
}

MarkCounts marking_counts() {
  uint64_t values[kCounters];
  for (size_t i = 0; i < kCounters; ++i)
    values[i] = g_marking.counts[i].load(std::memory_order_relaxed);
  MarkCounts counts;
  __builtin_memcpy(&counts, values, sizeof values);
  return counts;
}

int64_t take_mark_credit(int64_t wanted) {
  int64_t there = g_marking.credit.load(std::memory_order_relaxed);
  for (;;) {
    int64_t taken = std::min(there, wanted);
    if (taken <= 0)
      return 0;
    if (g_marking.credit.compare_exchange_weak(there, there - taken, std::memory_order_relaxed))
      return taken;
  }
}

void give_mark_credit(int64_t bytes) {
  g_marking.credit.fetch_add(bytes, std::memory_order_relaxed);
}

} // namespace tricolor::rt
