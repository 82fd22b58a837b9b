//===- rt/collector/cycle.cpp - One collection ------------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/cycle.h"

#include "collector/assist.h"
#include "collector/concurrent_cycle.h"
#include "collector/configuration.h"
#include "collector/cycle_hooks.h"
#include "collector/finalizer_thread.h"
#include "collector/pacer.h"
#include "collector/stopped_cycle.h"
#include "mark/background_workers.h"
#include "mark/worker_pool.h"
#include "os/clock.h"
#include "os/processors.h"
#include "stack/modules.h"
#include "sweep/sweeper.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

// With markers=auto, how much live heap makes another marker worth waking. Larger: less parallel work on
// small heaps; smaller: threads are woken for less than their waking costs.
constexpr uint64_t kBytesPerMarker = 1 << 20;

constinit uint64_t g_cycles = 0; // the collector's thread only
constinit std::atomic<CycleObserver> g_observer{nullptr};

// 0: as many as there are processors.
unsigned configured_markers() { return static_cast<unsigned>(configuration().markers); }

unsigned wanted_markers() {
  if (unsigned configured = configured_markers())
    return configured;
  uint64_t worthwhile = 1 + pacer_live_at_last_cycle() / kBytesPerMarker;
  return static_cast<unsigned>(std::min<uint64_t>(worthwhile, processor_count()));
}

} // namespace

CycleObserver set_cycle_observer(CycleObserver observer) {
  return g_observer.exchange(observer, std::memory_order_acq_rel);
}

CycleRecord run_cycle(CycleReason reason, const LoaderCounts &images) {
  raise_cycle_event(CycleEvent::Begin);
  CycleRecord record = {};
  record.reason = reason;
  record.mode = configuration().collector_mode();
  record.begin_ns = now_ns();
  record.goal_before = pacer_goal();
  if (record.mode != CollectorMode::Stw)
    set_assist_stage(CycleStage::Handshakes);
  sweep_finish();
  modules_refresh(images);
  sweeper_start();
  if (record.mode == CollectorMode::Stw) {
    run_stopped_cycle(record, reserve_workers(wanted_markers()));
  } else {
    // Who has asked for the cycle and waits for it leaves a processor to the markers.
    set_worker_share(reason == CycleReason::Growth ? WorkerShare::Quarter : WorkerShare::Whole);
    start_background_workers(split_workers(processor_count(), configured_markers()));
    run_concurrent_cycle(record);
  }
  record.number = ++g_cycles;
  if (reason != CycleReason::Growth)
    sweep_finish();
  raise_cycle_event(CycleEvent::End);
  announce_finalizers();
  if (CycleObserver observer = g_observer.load(std::memory_order_acquire))
    observer(record);
  return record;
}

} // namespace tricolor::rt
