//===- rt/collector/concurrent_cycle.cpp - A cycle while the program runs ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/concurrent_cycle.h"

#include "collector/answers.h"
#include "collector/assist.h"
#include "collector/collector_thread.h"
#include "collector/configuration.h"
#include "collector/finalization.h"
#include "collector/pacer.h"
#include "collector/stopped_cycle.h"
#include "heap/black_runs.h"
#include "heap/layout.h"
#include "heap/mark_bits.h"
#include "heap/reclaim.h"
#include "heap/span_hold.h"
#include "heap/verify.h"
#include "heap/weak_cell.h"
#include "mark/barrier_log.h"
#include "mark/concurrent_marking.h"
#include "mark/pointer_check.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/perturb.h"
#include "sweep/sweeper.h"
#include "threads/handshake.h"
#include "threads/hold_times.h"
#include "threads/registry.h"
#include "threads/world.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

enum class Phase : uint8_t { Off, BarrierOn, Scan, Mark, Termination, BarrierOff, Sweep };

// Written by the collector's thread; a fork's child looks where it was.
constinit std::atomic<Phase> g_phase{Phase::Off};

void enter(Phase phase) {
  perturb();
  g_phase.store(phase, std::memory_order_seq_cst);
  set_assist_stage(phase == Phase::Off                                   ? CycleStage::None
                   : phase == Phase::Mark || phase == Phase::Termination ? CycleStage::Marking
                                                                         : CycleStage::Handshakes);
}

// Asks all mutators and adds up what it took.
void ask(HandshakeAction action, CycleRecord &record) {
  HandshakeReport report = handshake(action);
  record.mutators = std::max(record.mutators, report.mutators);
  record.signals += report.signals;
  record.pause_ns = std::max(record.pause_ns, report.longest_ns);
}

void set_barrier_flag(Remembering remembering) {
  perturb();
  set_remembering(remembering);
}

// How long the collector sleeps until it looks after assists and forks again, in nanoseconds. Longer: forks
// wait, assists work by an old ratio; shorter: more wake-ups.
constexpr uint64_t kLook = 100'000;

// Everybody's stores have barriers, none is pending from before, no span ends, and what locals show to other threads
// is logged: steps 1, 2 and 10.
void turn_barrier_on(CycleRecord &record) {
  enter(Phase::BarrierOn);
  weak_cycle_begins();
  hold_spans();
  set_barrier_words(record.mode == CollectorMode::Dijkstra ? BarrierWords::Stored
                                                           : BarrierWords::OverwrittenAndStored);
  set_departing_roots(DepartingRoots::Logged);
  record_black_runs(record.mode == CollectorMode::Dijkstra ? BlackRuns::Recorded
                                                           : BlackRuns::Ignored);
  set_barrier_flag(Remembering::On);
  ask(acknowledge, record);
  ask(record.mode == CollectorMode::Dijkstra ? acknowledge : snapshot, record);
}

void newcomers_allocate(uint32_t black_generation) {
  LockGuard guard(registry_lock());
  set_newcomers_colour(black_generation);
}

// All stacks are logged, and all threads allocate black: steps 3 and 4.
void scan_stacks(CycleRecord &record) {
  collector_rest_point();
  enter(Phase::Scan);
  newcomers_allocate(heap_sweep_generation());
  ask(scan, record);
}

// Until the markers have nothing to do.
void await_quiet() {
  while (!wait_until_quiet(kLook)) {
    collector_rest_point();
    pacer_marking_goes_on(marking_counts().scanned_bytes);
    serve_assist_queue();
  }
}

// Until a round of buffers brings nothing white: step 7. Returns the white finds so far.
uint64_t mark_until_quiet_round(CycleRecord &record) {
  for (;;) {
    uint64_t found = barrier_white_finds();
    await_quiet();
    enter(Phase::Termination);
    ask(flush, record);
    ++record.rounds;
    await_quiet();
    if (barrier_white_finds() == found)
      return found;
    enter(Phase::Mark);
  }
}

// The words of an object that was allocated since its thread's stack was scanned: stored without barriers, perhaps.
void log_object(void *context, const ObjectRef &object) {
  ObjectLayout layout = object_layout(object);
  auto &log = *static_cast<LogAppender *>(context);
  if (layout.kind == ObjectKind::Typed)
    for_each_pointer_word(*layout.type, layout.form, object.base, object.size,
                          [&](const uintptr_t *word, WordKind) { log.add(word, 1); });
  else if (layout.kind == ObjectKind::Conservative || layout.kind == ObjectKind::Traced)
    log.add(reinterpret_cast<const uintptr_t *>(object.base), object.size / sizeof(uintptr_t));
}

// How finalization marks more. The collector does not rest meanwhile: records are between their objects and the queue.
void mark_further(void *, MarkStart start, const uintptr_t *words, size_t count) {
  {
    LogAppender log;
    if (start == MarkStart::Object)
      log.add(words, count);
    for (size_t i = 0; start == MarkStart::Contents && i < count; ++i)
      if (ObjectRef object = find_object(words[i]))
        log_object(&log, object);
  }
  while (!wait_until_quiet(kLook))
    serve_assist_queue();
}
constexpr FurtherMarking kFurtherMarking = {nullptr, mark_further};

// Marks until nothing white can become reachable, also not by a weak reference: these are closed then.
void mark_until_done(CycleRecord &record) {
  enter(Phase::Mark);
  pacer_marking_began();
  begin_marking();
  remember_once();
  for (;;) {
    uint64_t found = mark_until_quiet_round(record);
    if (record.mode == CollectorMode::Dijkstra)
      return; // there, marking and the rest end with the world stopped
    if (mark_ephemerons(kFurtherMarking) == 0) {
      // Finds count from the round on: a key that was loaded and marked since has a value that was not asked for.
      weak_close(WeakClosing::Undecided);
      perturb();
      ask(flush, record);
      ++record.rounds;
      await_quiet();
      if (barrier_white_finds() == found)
        return weak_decide();
      weak_open();
    }
    enter(Phase::Mark);
  }
}

// With the world stopped, in mode dijkstra: what stacks hold that were scanned before they got it, and what new objects
// hold. The markers go on meanwhile.
void mark_again_stopped() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next) {
    snapshot(*mutator);
    flush(*mutator);
  }
  {
    LogAppender log;
    for_each_black_object(log_object, &log);
  }
  while (!wait_until_quiet(kLook)) {
  }
}

void check_marks() {
  if (configuration().checkmark)
    run_checkmark(MarkPass::LateCheckmark);
  if (configuration().badptr)
    check_marked_words();
  if (configuration().verify) {
    for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
      mutator->cache.count_frees();
    heap_verify();
  }
}

// Ends marking with a stop where the mode needs one, or the options.
MarkSummary finish_marking(CycleRecord &record) {
  bool dijkstra = record.mode == CollectorMode::Dijkstra;
  bool stops =
      dijkstra || configuration().checkmark || configuration().verify || configuration().badptr;
  uint64_t begin = now_ns();
  if (!dijkstra)
    finalize_dead(kFurtherMarking);
  if (stops)
    record.signals += stop_the_world().signals;
  if (dijkstra) {
    mark_again_stopped();
    mark_ephemerons(kFurtherMarking);
    weak_close(WeakClosing::Certain);
    finalize_dead(kFurtherMarking);
  }
  end_assists();
  MarkSummary summary = end_marking();
  if (!stops)
    return summary;
  if (dijkstra) {
    uint64_t pause = now_ns() - begin;
    count_hold(pause);
    record.pause_ns = std::max(record.pause_ns, pause);
  }
  check_marks();
  start_the_world();
  report_marked_words();
  return summary;
}

// Nobody is behind a test that he passed, and no buffer has anything: step 8.
void turn_barrier_off(CycleRecord &record) {
  enter(Phase::BarrierOff);
  set_barrier_flag(Remembering::Off);
  ask(discard, record);
  set_departing_roots(DepartingRoots::Forgotten);
  barrier_discard_log();
  record_black_runs(BlackRuns::Ignored);
  let_spans_go();
}

// Step 9.
void start_sweep(CycleRecord &record) {
  enter(Phase::Sweep);
  sweep_begin();
  newcomers_allocate(0);
  ask(release_cache, record);
  sweep_open();
}

} // namespace

void abandon_concurrent_cycle(Mutator &self) {
  abandon_marking();
  abandon_assists();
  set_assist_stage(CycleStage::None);
  if (g_phase.load(std::memory_order_seq_cst) == Phase::Off)
    return;
  g_phase.store(Phase::Off, std::memory_order_seq_cst);
  set_remembering(Remembering::Off);
  set_newcomers_colour(0);
  set_departing_roots(DepartingRoots::Forgotten);
  record_black_runs(BlackRuns::Ignored);
  self.barrier_buffer.count = 0;
  abandon_marks(self.cache);
}

void run_concurrent_cycle(CycleRecord &record) {
  uint64_t begin = now_ns();
  record.heap_before = heap_live_estimate();
  turn_barrier_on(record);
  // From here on, since threads allocate black from their own scan on. What was allocated earlier and is marked counts
  // twice: little, while the other way the heap would be larger than is thought.
  uint64_t black_since = heap_live_estimate();
  scan_stacks(record);
  uint64_t scanned = now_ns();
  record.stop_ns = scanned - begin;

  mark_until_done(record);
  MarkSummary summary = finish_marking(record);
  uint64_t marked = now_ns();
  pacer_marking_ended({marked - scanned, summary.counts.busy_ns});
  record.mark_ns = marked - scanned;
  record.heap_after = heap_live_estimate();
  turn_barrier_off(record);
  ScanCounts scans = take_scan_counts();
  AssistTimes assists = take_assist_times();
  record.assists = assists.stalls;
  record.assist_ns = assists.longest_ns;
  record.counts = summary.counts;
  record.counts.frames += scans.frames;
  record.counts.precise_frames += scans.precise_frames;
  record.markers = summary.markers;
  // What was allocated since the scan is black.
  record.heap_live = summary.counts.bytes + summary.counts.traced_bytes;
  if (record.heap_after > black_since)
    record.heap_live += record.heap_after - black_since;

  start_sweep(record);
  // Caches that were given back may have taken less than they had reserved.
  auto since = static_cast<int64_t>(heap_live_estimate() - record.heap_after);
  pacer_cycle_ended({record.heap_live, scans.stack_bytes, summary.counts.scanned_bytes,
                     static_cast<uint64_t>(std::max<int64_t>(since, 0))});
  sweep_set_duty(pacer_allowance());
  record.finish_ns = now_ns() - marked;
  record.cpu_ns = summary.counts.busy_ns;
  enter(Phase::Off);
  end_assists();
}

} // namespace tricolor::rt
