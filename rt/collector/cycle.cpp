//===- rt/collector/cycle.cpp - One collection ------------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/cycle.h"

#include "collector/configuration.h"
#include "collector/pacer.h"
#include "heap/mark_bits.h"
#include "heap/verify.h"
#include "mark/marking.h"
#include "mark/worker_pool.h"
#include "os/clock.h"
#include "os/processors.h"
#include "stack/modules.h"
#include "sweep/sweeper.h"
#include "threads/registry.h"
#include "threads/world.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

// With markers=auto, how much live heap makes another marker worth waking. Larger: less parallel work on
// small heaps; smaller: threads are woken for less than their waking costs.
constexpr uint64_t kBytesPerMarker = 1 << 20;

constinit Mutex g_lock;          // one cycle at a time
constinit uint64_t g_cycles = 0; // under the lock
constinit void (*g_observer)(const CycleRecord &) = nullptr;

unsigned wanted_markers() {
  int64_t configured = configuration().markers;
  if (configured)
    return static_cast<unsigned>(configured);
  uint64_t worthwhile = 1 + pacer_live_at_last_cycle() / kBytesPerMarker;
  return static_cast<unsigned>(std::min<uint64_t>(worthwhile, processor_count()));
}

void flush_caches() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    mutator->cache.flush();
}

void empty_barrier_buffers() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    mutator->barrier_buffer.count = 0;
}

// Steps 5 to 7. Returns what marking did.
MarkSummary mark_stopped(unsigned markers) {
  flush_caches();
  if (configuration().verify)
    heap_verify();
  MarkSummary summary = mark_from_roots(MarkPass::Mark, markers);
  if (configuration().checkmark) {
    checkmark_begin();
    mark_from_roots(MarkPass::Checkmark, 1);
    checkmark_end();
  }
  empty_barrier_buffers();
  return summary;
}

// Steps 2 to 9.
CycleRecord run_cycle(Mutator &self, CycleReason reason, const LoaderCounts &images) {
  CycleRecord record = {};
  record.reason = reason;
  record.begin_ns = now_ns();
  sweep_finish();
  modules_refresh(images);
  sweeper_start();
  unsigned markers = reserve_workers(wanted_markers());
  uint64_t pause_begin = now_ns();
  StopReport stop = stop_the_world(self);
  uint64_t cpu_begin = process_cpu_ns();
  record.stop_ns = stop.nanoseconds;
  record.mutators = stop.mutators;
  record.signals = stop.signals;
  record.heap_before = heap_live_estimate();
  record.goal_before = pacer_goal();

  uint64_t mark_begin = now_ns();
  MarkSummary summary = mark_stopped(markers);
  uint64_t mark_end = now_ns();
  record.counts = summary.counts;
  record.markers = summary.markers;
  record.mark_ns = mark_end - mark_begin;
  record.heap_live = summary.counts.bytes + summary.counts.traced_bytes;
  // Nobody allocates while the world is stopped.
  record.heap_after = record.heap_before;

  sweep_begin();
  pacer_cycle_ended(record.heap_live);
  record.number = ++g_cycles;
  uint64_t pause_end = now_ns();
  record.finish_ns = pause_end - mark_end;
  record.pause_ns = pause_end - pause_begin;
  record.cpu_ns = process_cpu_ns() - cpu_begin;
  start_the_world(self);
  return record;
}

} // namespace

void set_cycle_observer(void (*observer)(const CycleRecord &)) { g_observer = observer; }

Mutex &collector_lock() { return g_lock; }

void collect(Mutator &self, CycleReason reason) {
  LoaderCounts images;
  parked_region(self, [&] {
    images = loader_counts();
    g_lock.lock();
  });
  if (reason == CycleReason::Growth && !pacer_wants_cycle()) {
    g_lock.unlock();
    return;
  }
  CycleRecord record = run_cycle(self, reason, images);
  if (reason != CycleReason::Growth)
    sweep_finish();
  if (g_observer)
    g_observer(record);
  g_lock.unlock();
}

} // namespace tricolor::rt
