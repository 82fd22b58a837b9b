//===- rt/report/statistics.cpp - Totals of all cycles ----------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "report/statistics.h"

#include "collector/configuration.h"
#include "collector/cycle.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/output.h"
#include "os/processors.h"
#include "report/trace.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

constinit Mutex g_lock;
constinit PauseStatistics g_statistics = {};
constinit uint64_t g_start_ns = 0;

void observe(const CycleRecord &record) {
  uint64_t total_cpu_ns;
  {
    LockGuard guard(g_lock);
    g_statistics.cycles = record.number;
    g_statistics.total_ns += record.pause_ns;
    g_statistics.longest_ns = std::max(g_statistics.longest_ns, record.pause_ns);
    g_statistics.cpu_ns += record.cpu_ns;
    g_statistics.recent_ns[(record.number - 1) % PauseStatistics::kRing] = record.pause_ns;
    total_cpu_ns = g_statistics.cpu_ns;
  }
  if (!configuration().trace)
    return;
  LineWriter line;
  format_trace(line, record, {g_start_ns, now_ns(), total_cpu_ns, processor_count()});
  line.write_to(STDERR_FILENO);
}

} // namespace

void report_initialize() {
  g_start_ns = now_ns();
  set_cycle_observer(observe);
}

PauseStatistics pause_statistics() {
  LockGuard guard(g_lock);
  return g_statistics;
}

} // namespace tricolor::rt
