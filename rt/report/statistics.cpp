//===- rt/report/statistics.cpp - Totals of all cycles ----------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "report/statistics.h"

#include "collector/configuration.h"
#include "collector/cycle.h"
#include "heap/accounting.h"
#include "heap/reclaim.h"
#include "os/clock.h"
#include "os/lock.h"
#include "os/metadata.h"
#include "os/output.h"
#include "os/processors.h"
#include "os/relaxed.h"
#include "report/trace.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

constinit Mutex g_lock;
constinit PauseStatistics g_statistics = {};
constinit uint64_t g_start_ns = 0;
constinit uint64_t g_start_ticks = 0;

void observe(const CycleRecord &record) {
  uint64_t total_cpu_ns, total_idle_ns;
  {
    LockGuard guard(g_lock);
    g_statistics.cycles = record.number;
    g_statistics.total_ns += record.pause_ns;
    g_statistics.longest_ns = std::max(g_statistics.longest_ns, record.pause_ns);
    g_statistics.cpu_ns += record.cpu_ns;
    g_statistics.idle_ns += record.counts.idle_ns;
    g_statistics.recent_ns[(record.number - 1) % PauseStatistics::kRing] = record.pause_ns;
    total_cpu_ns = g_statistics.cpu_ns;
    total_idle_ns = g_statistics.idle_ns;
  }
  if (!configuration().trace)
    return;
  LineWriter line;
  format_trace(line, record,
               {g_start_ns, now_ns(), total_cpu_ns, total_idle_ns, sweep_ns(), metadata_bytes(),
                heap_sys_bytes(), processor_count()});
  line.write_to(STDERR_FILENO);
}

} // namespace

void report_initialize() {
  g_start_ns = now_ns();
  g_start_ticks = processor_ticks();
  set_cycle_observer(observe);
}

uint64_t sweep_ns() {
  double ns = static_cast<double>(now_ns() - g_start_ns);
  double ticks = static_cast<double>(processor_ticks() - g_start_ticks);
  uint64_t sweeping = sweep_counters().ticks.load(std::memory_order_relaxed);
  // What is known of the ticks' length changes a little: what was said before is not taken back.
  static constinit std::atomic<uint64_t> said{0};
  if (ticks > 0)
    raise_to(said, static_cast<uint64_t>(static_cast<double>(sweeping) * (ns / ticks)));
  return said.load(std::memory_order_relaxed);
}

PauseStatistics pause_statistics() {
  LockGuard guard(g_lock);
  return g_statistics;
}

} // namespace tricolor::rt
