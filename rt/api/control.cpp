//===- rt/api/control.cpp - Collecting, pacing, statistics ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/export.h"
#include "collector/collector_thread.h"
#include "collector/options.h"
#include "collector/pacer.h"
#include "heap/accounting.h"
#include "os/metadata.h"
#include "report/statistics.h"
#include "threads/hold_times.h"
#include "threads/mutator.h"
#include "threads/world.h"

#include <tricolor/c.h>

#include <algorithm>
#include <limits.h>
#include <string.h>

using namespace tricolor::rt;

namespace {

// Frees are read first: an object counted as freed has been counted as allocated.
tricolor_size_class_stats class_stats(unsigned index, uint64_t bytes) {
  const SizeCounters &counters = heap_counters().by_size[index];
  uint64_t frees = counters.frees.load(std::memory_order_acquire);
  uint64_t mallocs = std::max(counters.mallocs.load(std::memory_order_acquire), frees);
  return {bytes, mallocs, frees, mallocs - frees};
}

void add(struct tricolor_stats &stats, const tricolor_size_class_stats &one) {
  stats.mallocs += one.mallocs;
  stats.frees += one.frees;
  stats.objects += one.objects;
}

void fill_size_classes(struct tricolor_stats &stats) {
  static_assert(size_class_count - 1 <= TRICOLOR_STATS_SIZE_CLASSES);
  stats.large = class_stats(0, 0);
  add(stats, stats.large);
  for (unsigned i = 1; i < size_class_count; ++i) {
    tricolor_size_class_stats &one = stats.by_size[stats.by_size_count++];
    one = class_stats(i, size_class(i).bytes);
    add(stats, one);
  }
}

} // namespace

TRICOLOR_API void tricolor_collect() {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  collect(self, CycleReason::Forced);
}

TRICOLOR_API int tricolor_set_gc_percent(int percent) {
  RuntimeScope scope(current_mutator());
  return static_cast<int>(pacer_set_percent(percent < 0 ? kGcPercentOff : std::max(percent, 1)));
}

TRICOLOR_API uint64_t tricolor_set_memory_limit(uint64_t bytes) {
  RuntimeScope scope(current_mutator());
  return pacer_set_memory_limit(bytes);
}

TRICOLOR_API uint64_t tricolor_hold_ns(size_t entry) {
  return entry < kHoldBuckets ? hold_bucket_begin(entry) : UINT64_MAX;
}

TRICOLOR_API void tricolor_stats(struct tricolor_stats *stats) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  // Slots that a cache has reserved count as allocated; the caller at least sees its own counts exact.
  self.cache.flush();
  memset(stats, 0, sizeof *stats);
  PauseStatistics pauses = pause_statistics();
  stats->collections = pauses.cycles;
  stats->pause_total_ns = pauses.total_ns;
  stats->pause_max_ns = pauses.longest_ns;
  static_assert(TRICOLOR_STATS_PAUSES == PauseStatistics::kRing);
  for (size_t i = 0; i < std::min<uint64_t>(pauses.cycles, PauseStatistics::kRing); ++i)
    stats->pauses_ns[i] = pauses.recent_ns[(pauses.cycles - 1 - i) % PauseStatistics::kRing];
  static_assert(TRICOLOR_STATS_HOLDS == kHoldBuckets);
  for (size_t i = 0; i < kHoldBuckets; ++i)
    stats->holds[i] = holds_of_bucket(i);
  stats->heap_live_bytes = pacer_live_at_last_cycle();
  stats->heap_inuse_bytes = heap_inuse_bytes();
  stats->heap_sys_bytes = heap_sys_bytes();
  stats->metadata_bytes = metadata_bytes();
  stats->mark_cpu_ns = pauses.cpu_ns + pauses.idle_ns;
  stats->sweep_cpu_ns = sweep_ns();
  fill_size_classes(*stats);
}
