//===- rt/report/trace.h - A line per cycle -----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The line that trace=1 prints for each cycle, in the shape of Go's gctrace. docs/trace.md explains
// every field.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_REPORT_TRACE_H
#define TRICOLOR_RT_REPORT_TRACE_H

#include "collector/cycle.h"
#include "os/output.h"

namespace tricolor::rt {

// What the line says beside the cycle's own record.
struct TraceContext {
  uint64_t start_ns;       // now_ns() when the runtime was initialized
  uint64_t now_ns;         // when the line is made
  uint64_t total_cpu_ns;   // processor time of all cycles, this one included
  uint64_t total_idle_ns;  // and of idle workers
  uint64_t total_sweep_ns; // and of all sweeps
  uint64_t metadata_bytes;
  uint64_t heap_bytes; // of memory that the heap has from the system
  unsigned processors;
};

// Appends the line, newline included, to `line`.
void format_trace(LineWriter &line, const CycleRecord &record, const TraceContext &context);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_REPORT_TRACE_H
