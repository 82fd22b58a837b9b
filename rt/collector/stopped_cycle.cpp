//===- rt/collector/stopped_cycle.cpp - A cycle with the world stopped ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/stopped_cycle.h"

#include "collector/configuration.h"
#include "collector/finalization.h"
#include "collector/pacer.h"
#include "heap/mark_bits.h"
#include "heap/verify.h"
#include "heap/weak_cell.h"
#include "mark/marking.h"
#include "mark/pointer_check.h"
#include "os/clock.h"
#include "sweep/sweeper.h"
#include "threads/hold_times.h"
#include "threads/registry.h"
#include "threads/world.h"

namespace tricolor::rt {

namespace {

void flush_caches() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    mutator->cache.flush();
}

void empty_barrier_buffers() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    mutator->barrier_buffer.count = 0;
}

// How finalization marks more.
struct StoppedMarking {
  MarkSummary summary;

  static void mark(void *context, MarkStart start, const uintptr_t *words, size_t count) {
    MarkSummary &summary = static_cast<StoppedMarking *>(context)->summary;
    summary.counts.add(mark_more(start, words, count, summary.markers));
  }
};

// Steps 2 to 5. Returns what marking did.
MarkSummary mark_stopped(unsigned markers) {
  flush_caches();
  if (configuration().verify) {
    heap_verify();
    heap_verify_unmarked();
  }
  StoppedMarking marking = {mark_from_roots(MarkPass::Mark, markers)};
  FurtherMarking further = {&marking, StoppedMarking::mark};
  mark_ephemerons(further);
  weak_close(WeakClosing::Certain);
  finalize_dead(further);
  if (configuration().checkmark)
    run_checkmark(MarkPass::Checkmark);
  if (configuration().badptr)
    check_marked_words();
  empty_barrier_buffers();
  return marking.summary;
}

} // namespace

void run_checkmark(MarkPass pass) {
  checkmark_begin();
  mark_from_roots(pass, 1);
  checkmark_end();
}

void run_stopped_cycle(CycleRecord &record, unsigned markers) {
  uint64_t pause_begin = now_ns();
  StopReport stop = stop_the_world();
  uint64_t cpu_begin = process_cpu_ns();
  record.stop_ns = stop.nanoseconds;
  record.mutators = stop.mutators;
  record.signals = stop.signals;
  record.heap_before = heap_live_estimate();

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
  sweep_open();
  pacer_cycle_ended({record.heap_live, 0, record.counts.scanned_bytes});
  sweep_set_duty(pacer_allowance());
  uint64_t pause_end = now_ns();
  record.finish_ns = pause_end - mark_end;
  record.pause_ns = pause_end - pause_begin;
  count_hold(record.pause_ns);
  record.cpu_ns = process_cpu_ns() - cpu_begin;
  start_the_world();
  report_marked_words();
}

} // namespace tricolor::rt
