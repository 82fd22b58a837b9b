//===- rt/report/statistics.h - Totals of all cycles --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Adds the records of finished cycles up, keeps the last pauses, and prints the trace lines.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_REPORT_STATISTICS_H
#define TRICOLOR_RT_REPORT_STATISTICS_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct PauseStatistics {
  // As many as Go's MemStats keeps.
  static constexpr size_t kRing = 256;
  uint64_t cycles;
  uint64_t total_ns;
  uint64_t longest_ns;
  uint64_t cpu_ns;           // of marking
  uint64_t idle_ns;          // and of marking on processors that nobody else wanted
  uint64_t recent_ns[kRing]; // recent_ns[(n - 1) % kRing] is the pause of cycle n
};

// Begins to observe cycles. Called once, by the first API call.
void report_initialize();

// Processor time of all sweeping so far, by whomever, preemptions included. Any thread.
uint64_t sweep_ns();

// A consistent copy. Any thread, in state Runtime.
PauseStatistics pause_statistics();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_REPORT_STATISTICS_H
