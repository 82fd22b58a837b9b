//===- rt/collector/cycle.h - One collection ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A cycle in mode stw, on the thread that asked for it:
//
//  1. Ask the loader whether images have come or gone, then take the collector's lock, both parked:
//     another cycle may be running and must be able to stop this thread. In this order: the loader's
//     lock may be in the hands of a thread that waits for the collector's (in a callback of
//     dl_iterate_phdr). A cycle that was started by heap growth looks again whether it is still
//     wanted: many threads reach the goal together and one cycle serves them all.
//  2. Finish sweeping what the last cycle left. Mark bits are shared by marking and sweeping: a span
//     that still has the last cycle's bits would pass them off as this one's.
//  3. Make the marker threads and, in the first cycle, the sweeper: this needs locks of libc that a parked
//     thread may hold. Not earlier: libc's malloc is slower from a process's second thread on, and a
//     program that never collects need not pay for that.
//  4. Stop the world.
//  5. Flush every mutator's allocation cache: a run that a thread has reserved and not handed out is not
//     allocated; nobody would mark it, and the sweep would give it to somebody else.
//  6. Mark, with the barrier buffers among the roots.
//  7. checkmark: mark again with a second set of bits; verify: check the heap.
//  8. Turn the mark bits into allocation bits by starting a new sweep generation, set the next goal.
//  9. Start the world. Sweeping goes on in the background and on allocation; a forced cycle finishes it
//     before it returns, so that what is dead is gone when collect() is back.
// 10. Report.
//
// The barrier flag stays off: while marking runs no mutator does.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_CYCLE_H
#define TRICOLOR_RT_COLLECTOR_CYCLE_H

#include "mark/marker.h"
#include "os/lock.h"
#include "threads/mutator.h"

#include <cstdint>

namespace tricolor::rt {

enum class CycleReason : uint8_t { Growth, Forced, Stress, OutOfMemory };

// What a cycle did, for reports. Times in nanoseconds.
struct CycleRecord {
  uint64_t number; // 1 for the first
  CycleReason reason;
  uint64_t begin_ns;    // now_ns() when it was decided
  uint64_t stop_ns;     // until all mutators were parked
  uint64_t mark_ns;     // flushing, marking and checking
  uint64_t finish_ns;   // starting the sweep
  uint64_t pause_ns;    // from the first mutator's stop to the start of the world
  uint64_t cpu_ns;      // processor time of the pause, all markers together
  uint64_t heap_before; // allocated bytes when the world was stopped
  uint64_t heap_after;  // allocated bytes when it was started again
  uint64_t heap_live;   // bytes marked, and traced memory
  uint64_t goal_before; // the goal that started the cycle
  unsigned markers;     // threads that marked
  unsigned mutators;    // threads stopped, the collecting one included
  unsigned signals;     // stop signals sent
  MarkCounts counts;
};

// Collects. `self` is the caller's mutator, in state Runtime, its context published.
void collect(Mutator &self, CycleReason reason);

// Called with each finished cycle's record, under the collector's lock, world running. Set once, by
// initialization.
void set_cycle_observer(void (*observer)(const CycleRecord &));

// Held for the whole of a cycle. Taken by a mutator in a parked region only.
Mutex &collector_lock();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_CYCLE_H
