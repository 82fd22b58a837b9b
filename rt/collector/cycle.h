//===- rt/collector/cycle.h - One collection ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What all modes have in common. A cycle runs on the collector's thread (collector_thread.h), which is no mutator:
//
//  1. Finish sweeping what the last cycle left. Mark bits are shared by marking and sweeping: a span
//     that still has the last cycle's bits would pass them off as this one's.
//  2. Make the marker threads and, in the first cycle, the sweeper: this needs locks of libc that a stopped
//     thread may hold. Not earlier: libc's malloc is slower from a process's second thread on, and a
//     program that never collects need not pay for that.
//  3. Mark, as the mode does it: stopped_cycle.h, concurrent_cycle.h.
//  4. Turn the mark bits into allocation bits by starting a new sweep generation, set the next goal.
//  5. Sweeping goes on in the background and on allocation; a cycle that somebody waits for finishes it
//     first, so that what is dead is gone when collect() is back.
//  6. Report, to the program's hooks too (cycle_hooks.h; those for the beginning come first), and wake who runs
//     finalizers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_CYCLE_H
#define TRICOLOR_RT_COLLECTOR_CYCLE_H

#include "collector/options.h"
#include "mark/marker.h"
#include "stack/loaded_image.h"

#include <cstdint>

namespace tricolor::rt {

// Why a cycle runs; the later ones are the stronger reasons.
enum class CycleReason : uint8_t { Growth, Stress, Forced, OutOfMemory };

// What a cycle did, for reports. Times in nanoseconds.
struct CycleRecord {
  uint64_t number; // 1 for the first
  CycleReason reason;
  CollectorMode mode;
  uint64_t begin_ns;  // now_ns() when it was decided
  uint64_t stop_ns;   // stw: until all mutators were parked; else barrier-on and scan
  uint64_t mark_ns;   // marking and checking
  uint64_t finish_ns; // from the end of marking to the opening of the sweep
  uint64_t pause_ns;  // the longest time that a mutator was held
  uint64_t
      cpu_ns; // processor time of marking, but for idle workers; in mode stw of the whole pause
  uint64_t heap_before; // allocated bytes when the cycle began
  uint64_t heap_after;  // allocated bytes when marking was over
  uint64_t heap_live;   // bytes marked, and traced memory
  uint64_t goal_before; // the goal that started the cycle
  unsigned markers;     // threads that marked
  unsigned mutators;    // threads asked
  unsigned signals;     // stop signals sent
  unsigned rounds;      // of termination; 0 in stw
  uint64_t assists;     // allocations that were kept for marking's sake
  uint64_t assist_ns;   // the longest of these stalls
  MarkCounts counts;
};

// Runs a cycle. On the collector's thread only. `images` is what the loader said when the cycle was asked for.
CycleRecord run_cycle(CycleReason reason, const LoaderCounts &images);

// Called with each finished cycle's record, on the collector's thread. Set by initialization; a test that puts its own in
// front calls the previous one, which is returned. Any thread.
using CycleObserver = void (*)(const CycleRecord &);
CycleObserver set_cycle_observer(CycleObserver observer);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_CYCLE_H
