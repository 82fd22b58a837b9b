//===- rt/api/initialization.cpp - The first thing that happens -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Brings the runtime up, bottom layer first:
//
//  1. Options: a bad one must end the program before anything has happened.
//  2. The heap, configured by options.
//  3. The functions of other libraries that the runtime wraps or replaces: their originals are found
//     while no lock can be in the hands of a parked thread.
//  4. The registry and the stop signal: from here threads may attach.
//  5. Reports: a cycle may run as soon as a thread has attached.
//  6. stress: from here every poll takes its slow path; with badptr, every allocation.
//
// The steps allocate nothing from our heap, so they cannot enter themselves.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/initialization.h"

#include "api/finalizers.h"
#include "api/operators.h"
#include "collector/answers.h"
#include "collector/configuration.h"
#include "collector/finalizer_thread.h"
#include "collector/fork.h"
#include "collector/pacer.h"
#include "heap/config.h"
#include "mark/pointer_check.h"
#include "os/lock.h"
#include "os/perturb.h"
#include "report/statistics.h"
#include "threads/current_mutator.h"
#include "threads/gate.h"
#include "threads/registry.h"
#include "threads/summons.h"
#include "threads/world.h"
#include "threads/wrappers.h"

#include <atomic>
#include <stdlib.h>
#include <sys/auxv.h>

namespace tricolor::rt {

namespace {

enum class Stage : uint32_t { Nothing, Done };

constinit std::atomic<Stage> g_stage{Stage::Nothing};
constinit Mutex g_lock;

void initialize() {
  Options options = options_from_environment(
      getenv("TRICOLOR_OPTIONS"), getauxval(AT_SECURE) ? Privilege::Raised : Privilege::Ordinary);
  set_configuration(options);
  set_perturbation(static_cast<uint64_t>(options.perturb));
  heap_initialize({default_reserve_bytes, options.poison ? Poison::On : Poison::Off,
                   options.badptr ? AllocationSites::On : AllocationSites::Off});
  set_bad_pointers(static_cast<BadPointers>(options.badptr));
  pacer_set_percent(options.gcpercent);
  pacer_set_memory_limit(static_cast<uint64_t>(options.memlimit));
  wrap_thread_creation();
  wrap_signal_masks();
  wrap_signal_actions();
  wrap_unloading();
  check_operators();
  registry_initialize();
  answers_initialize();
  world_initialize();
  gate_initialize();
  fork_initialize();
  report_initialize();
  set_finalizer_main(finalizer_main);
  if (options.stress)
    set_poll_policy(PollPolicy::Always);
  if (options.stress || options.badptr)
    set_slot_takers(SlotTakers::Runtime);
}

} // namespace

void ensure_initialized() {
  if (g_stage.load(std::memory_order_acquire) == Stage::Done)
    return;
  LockGuard guard(g_lock);
  if (g_stage.load(std::memory_order_relaxed) == Stage::Done)
    return;
  initialize();
  g_stage.store(Stage::Done, std::memory_order_release);
}

} // namespace tricolor::rt
