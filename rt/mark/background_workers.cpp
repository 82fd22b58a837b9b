//===- rt/mark/background_workers.cpp - Threads that mark beside mutators ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/background_workers.h"

#include "mark/concurrent_marking.h"
#include "mark/sleeping_workers.h"
#include "os/clock.h"
#include "os/thread.h"

#include <algorithm>
#include <atomic>
#include <sys/resource.h>

namespace tricolor::rt {

namespace {

// How long a slice is. Longer: fewer buffers are published half full; shorter: credit, counts and what
// the buffers hold are known to others earlier.
constexpr uint64_t kDedicatedSlice = 1'000'000;
// Longer: fewer sleeps; shorter: the share is kept in shorter intervals.
constexpr uint64_t kFractionalSlice = 500'000;
// Longer: fewer queues are emptied before what is in them is there (prefetch_queue.h); shorter: mutators have the credit, and the
// pacer the counts, earlier.
constexpr uint64_t kIdleSlice = 500'000;

// A fractional worker that owes less sleep than this goes on: a sleep is not shorter anyway.
constexpr uint64_t kLeastSleep = 50'000;

// An idle worker that was kept from running for so long during a slice, which others wait for, stays away for
// this time, then twice of it, and so on. The former is longer than a slice of the fractional worker, which may have taken the
// processor: larger, idle markers go on where others want to run; smaller, they stay away from processors that are idle
// half of the time. The latter longer: processors that have become idle are used later; shorter: more slices are
// interrupted.
constexpr uint64_t kPreempted = 700'000;
constexpr uint64_t kShortestAbsence = 1'000'000;
constexpr uint64_t kLongestAbsence = 32'000'000;

// Higher: mutators lose less where they share a processor with an idle worker; lower: one that is preempted in a slice comes
// back sooner, and nobody can end the marking before.
constexpr int kIdleNiceness = 10;

constinit std::atomic<unsigned> g_made[kWorkerKinds] = {};
// Of the fractional worker, in thousandths.
constinit std::atomic<unsigned> g_share{0};
constinit std::atomic<WorkerShare> g_taken{WorkerShare::Quarter};

uint64_t slice(uint64_t length_ns, Participant who = Participant::Worker) {
  uint64_t begin = now_ns();
  mark_for(who, begin + length_ns, UINT64_MAX);
  return now_ns() - begin;
}

void work_dedicated() {
  while (marking_has_work())
    slice(kDedicatedSlice);
}

void work_fractional() {
  uint64_t owed = 0;
  while (marking_has_work()) {
    uint64_t worked = slice(kFractionalSlice);
    if (g_taken.load(std::memory_order_relaxed) == WorkerShare::Whole)
      continue;
    uint64_t share = g_share.load(std::memory_order_relaxed);
    owed += worked * (1000 - share) / share;
    if (owed >= kLeastSleep) {
      sleep_ns(owed);
      owed = 0;
    }
  }
}

// `absence` is the worker's own, from one marking to the next: small heaps have many.
void work_idle(uint64_t &absence) {
  while (marking_has_work()) {
    uint64_t cpu = thread_cpu_ns();
    uint64_t worked = slice(kIdleSlice, Participant::IdleWorker);
    cpu = thread_cpu_ns() - cpu;
    if (worked < cpu + kPreempted) {
      absence = kShortestAbsence;
      continue;
    }
    sleep_ns(absence);
    absence = std::min(2 * absence, kLongestAbsence);
  }
}

void worker_main(void *raw) {
  auto kind = static_cast<WorkerKind>(reinterpret_cast<uintptr_t>(raw));
  if (kind == WorkerKind::Idle)
    setpriority(PRIO_PROCESS, 0, kIdleNiceness); // of the thread
  uint64_t absence = kShortestAbsence;
  for (;;) {
    sleep_as_worker(kind, marking_has_work);
    switch (kind) {
    case WorkerKind::Dedicated:
      work_dedicated();
      break;
    case WorkerKind::Fractional:
      work_fractional();
      break;
    case WorkerKind::Idle:
      work_idle(absence);
      break;
    }
  }
}

void make(WorkerKind kind, unsigned wanted) {
  std::atomic<unsigned> &made = g_made[static_cast<unsigned>(kind)];
  for (; made.load() < wanted; made.fetch_add(1))
    start_system_thread("tricolor-marker", worker_main,
                        reinterpret_cast<void *>(static_cast<uintptr_t>(kind)));
}

} // namespace

void start_background_workers(const WorkerSplit &split) {
  if (split.fractional_permille != 0)
    g_share.store(std::min(split.fractional_permille, 1000u), std::memory_order_relaxed);
  make(WorkerKind::Dedicated, split.dedicated);
  make(WorkerKind::Fractional, split.fractional_permille != 0);
  make(WorkerKind::Idle, split.idle);
}

void set_worker_share(WorkerShare share) { g_taken.store(share, std::memory_order_relaxed); }

unsigned background_workers() {
  unsigned sum = 0;
  for (std::atomic<unsigned> &made : g_made)
    sum += made.load();
  return sum;
}

void forget_background_workers() {
  for (std::atomic<unsigned> &made : g_made)
    made.store(0);
  forget_sleeping_workers();
}

} // namespace tricolor::rt
