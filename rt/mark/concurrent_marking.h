//===- rt/mark/concurrent_marking.h - Marking beside mutators -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The phase "mark" of docs/design/concurrent.md: one marking a process, opened and closed by the
// collector, and worked on in slices by participants, each of which may be anybody: a background worker,
// a mutator that assists, the collector. What there is to do is in four places, none of them a
// participant's:
//
//   G  the global list of grey objects (workbuf.h)
//   L  the barrier log (barrier_log.h), which mutators add to at any time
//   J  root jobs not drawn or suspended (root_jobs.h)
//   and what participants hold during a slice.
//
// A slice takes from G, L and J in this order, ends when there is nothing in them, at its limit or when
// markers are asked to rest, and gives away everything it holds before it ends.
//
// Quiet. is_quiet() says that there is nothing grey and no logged word anywhere but in mutators' buffers,
// and no job unfinished. One word, `activity`, has the number of slices in progress and the number of
// slices begun.
//
//   slice   1. activity: +1 in progress, +1 begun
//           2. open and not paused? If not, go to 5
//           3. take, mark, scan
//           4. publish what is left
//           5. activity: -1 in progress
//   asker   a. load activity: 0 in progress, or the answer is no
//           b. load "all jobs finished", G, L: all finished, both empty, or no
//           c. load activity again: equal to a, or no
//
//   - If c equals a, no slice was in progress at any moment from a to c: one that was would have to begin
//     between them, and the number of slices begun only grows.
//   - So from a to c nobody took from G, L or J, nobody held anything (step 4 comes before step 5, and the
//     asker's load in a synchronizes with step 5), and nobody but a mutator could add, and only to L.
//   - So what b saw in turn was true at one moment, when it looked at L, which it does last.
//   - A logged word that comes after that moment was in a mutator's buffer at that moment or was not yet
//     remembered.
//   Everything in `activity` is sequentially consistent; a, b, c are in program order with acquire loads.
//
// Termination of the cycle (the collector's, "termination" in concurrent.md):
//
//   1. found = barrier_white_finds()
//   2. wait until is_quiet()
//   3. flush handshake: every mutator's buffer is in L
//   4. wait until is_quiet()
//   5. barrier_white_finds() == found: marking is complete. Otherwise again from 1.
//
//   1 stands before 2 so that a white word that is visited between quiet and the handshake counts as a
//   find of this round: it costs a round and never loses one.
//
// Rest. pause_marking() makes slices end within kWordsPerLook words of a marker (marker.h), refuses new
// ones, and returns when none is in progress: 1 and 2 of a slice against "paused, then look at activity"
// of the pauser, both sequentially consistent, so one sees the other. While paused no participant holds a
// lock, a buffer or a half-done job, so a fork's child finds whole lists. An idle worker that has been
// descheduled inside a slice because all processors are busy is waited for, too: see
// background_workers.h.
//
// Nobody waits here for a mutator, and a mutator that assists waits for nobody.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_CONCURRENT_MARKING_H
#define TRICOLOR_RT_MARK_CONCURRENT_MARKING_H

#include "mark/marking.h"

#include <cstdint>

namespace tricolor::rt {

//===--- The collector ------------------------------------------------------------------------===//

// Opens the marking: logs what threads have handed over and external roots, lists the root jobs and wakes
// the workers. On the collector's thread, which holds no lock, when all stacks have been logged; takes
// the registry's lock for the records.
void begin_marking();

// Whether marking is open.
bool marking_is_open();

// See above. Any thread.
bool is_quiet();
// Waits until is_quiet(), at most `timeout_ns`. Returns whether it is. By the collector; needs
// a worker or somebody else who marks.
bool wait_until_quiet(uint64_t timeout_ns);

// Closes the marking, which must be quiet but for words in the log, checks that every root job ran exactly once,
// and returns what was done. By the collector. Words that mutators log from here on are thrown away
// with barrier_discard_log() when the barrier is off.
MarkSummary end_marking();

// Brings markers to rest, and lets them go on. Nests. Any thread that is in no slice; a mutator parked.
void pause_marking();
void resume_marking();

// In the child of a fork that was made while markers rested: there is no worker, no marking, no grey
// object and no logged word.
void abandon_marking();

//===--- Participants -------------------------------------------------------------------------===//

enum class Participant : uint8_t {
  Collector,
  Worker,
  IdleWorker, // takes nobody's time: its own is not counted
  Assist,
};

enum class SliceEnd : uint8_t {
  NothingToDo, // others may still hold work
  Limit,       // or markers are asked to rest
  Closed,      // no marking is open, or markers rest
};

struct MarkSlice {
  uint64_t bytes; // scanned
  SliceEnd end;
};

// A slice of marking. Stops about 100 us after the deadline (by now_ns()), or when so many bytes have been scanned (and
// up to 8 KiB more). Any thread; a mutator in state Runtime.
MarkSlice mark_for(Participant who, uint64_t deadline_ns, uint64_t bytes);

// Whether a slice would find something to do. Any thread, at any time.
bool marking_has_work();

// What participants have done since begin_marking(), as of their last slices. Any thread.
MarkCounts marking_counts();

//===--- Credit -------------------------------------------------------------------------------===//
//
// Workers earn a byte for each byte they scan; a mutator that has to assist takes from it first. Set to 0
// when marking begins.

// Takes up to `wanted` bytes and returns how many. Any thread.
int64_t take_mark_credit(int64_t wanted);
void give_mark_credit(int64_t bytes);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_CONCURRENT_MARKING_H
