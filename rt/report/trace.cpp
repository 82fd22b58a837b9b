//===- rt/report/trace.cpp - A line per cycle -------------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "report/trace.h"

namespace tricolor::rt {

namespace {

// `value` / `unit`, rounded to three decimals: nanoseconds as ms or as s.
void thousandths(LineWriter &line, uint64_t value, uint64_t unit) {
  line.fixed((value + unit / 2000) / (unit / 1000), 3);
}

void milliseconds(LineWriter &line, uint64_t nanoseconds) {
  thousandths(line, nanoseconds, 1'000'000);
}

void megabytes(LineWriter &line, uint64_t bytes) { line.dec((bytes + (1 << 19)) >> 20); }

// `part` of `whole` in percent, with one decimal.
void percent(LineWriter &line, uint64_t part, uint64_t whole) {
  line.fixed(whole ? (part * 1000 + whole / 2) / whole : 0, 1);
  line.str("%");
}

const char *reason_name(CycleReason reason) {
  switch (reason) {
  case CycleReason::Growth:
    return "growth";
  case CycleReason::Forced:
    return "forced";
  case CycleReason::Stress:
    return "stress";
  case CycleReason::OutOfMemory:
    return "out of memory";
  }
  return "?";
}

uint64_t percentage(const TraceContext &context) {
  uint64_t available = (context.now_ns - context.start_ns) * context.processors;
  return available ? (context.total_cpu_ns * 100 + available / 2) / available : 0;
}

} // namespace

void format_trace(LineWriter &line, const CycleRecord &record, const TraceContext &context) {
  line.str("gc ").dec(record.number).str(" @");
  thousandths(line, context.now_ns - context.start_ns, 1'000'000'000);
  line.str("s ").dec(percentage(context)).str("%: ");
  milliseconds(line, record.stop_ns);
  line.str("+");
  milliseconds(line, record.mark_ns);
  line.str("+");
  milliseconds(line, record.finish_ns);
  line.str(" ms clock, ");
  milliseconds(line, record.cpu_ns);
  line.str(" ms cpu, ");
  milliseconds(line, record.pause_ns);
  line.str(" ms pause, ");
  megabytes(line, record.heap_before);
  line.str("->");
  megabytes(line, record.heap_after);
  line.str("->");
  megabytes(line, record.heap_live);
  line.str(" MB, ");
  if (record.goal_before == UINT64_MAX)
    line.str("no");
  else
    megabytes(line, record.goal_before), line.str(" MB");
  line.str(" goal, ").dec(record.markers).str(" markers");
  const MarkCounts &counts = record.counts;
  line.str(", ").dec(counts.objects).str(" objects, ");
  line.dec(record.mutators).str(" threads ").dec(record.signals).str(" signals ");
  line.dec(counts.precise_frames).str("/").dec(counts.frames).str(" frames, ");
  line.dec(counts.handoffs).str(" handoffs ").dec(counts.steals).str(" steals ");
  line.dec(counts.yields).str(" yields ").dec(counts.sleeps).str(" sleeps");
  if (record.mode != CollectorMode::Stw) {
    line.str(", ").dec(record.assists).str(" assists ");
    milliseconds(line, record.assist_ns);
    line.str(" ms, ").dec(record.rounds).str(" rounds");
  }
  line.str(", ");
  percent(line, context.total_sweep_ns,
          context.total_cpu_ns + context.total_idle_ns + context.total_sweep_ns);
  line.str(" sweep ");
  percent(line, context.metadata_bytes, context.heap_bytes);
  line.str(" metadata, ").str(kModeNames[static_cast<unsigned>(record.mode)]);
  if (record.reason != CycleReason::Growth)
    line.str(" (").str(reason_name(record.reason)).str(")");
  line.str("\n");
}

} // namespace tricolor::rt
