//===- rt/collector/fork.cpp - What happens around fork ---------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/fork.h"

#include "collector/collector_thread.h"
#include "collector/concurrent_cycle.h"
#include "collector/finalizer_thread.h"
#include "heap/weak_cell.h"
#include "mark/concurrent_marking.h"
#include "mark/worker_pool.h"
#include "os/fatal.h"
#include "os/process_mark.h"
#include "sweep/sweeper.h"
#include "threads/fork_handlers.h"
#include "threads/gate.h"
#include "threads/registry.h"
#include "threads/world.h"

namespace tricolor::rt {

namespace {

// The state to return to; one fork at a time, with the collector at rest.
constinit MutatorState g_state_before = MutatorState::Running;

[[gnu::noinline]] void before_fork() {
  Mutator &self = current_mutator();
  MutatorState state = self.state.exchange(MutatorState::Runtime);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  rest_collector(self);
  g_state_before = state;
  parked_region(self, [] { pause_marking(); });
  sweeper_halt();
  parked_region(self, [] { registry_lock().lock(); });
  close_gate(self);
}

void resume(Mutator &self) {
  MutatorState state = g_state_before;
  open_gate();
  registry_lock().unlock();
  resume_collector();
  self.state.store(state, std::memory_order_seq_cst);
}

void after_fork_in_parent() {
  sweeper_go_on();
  resume_marking();
  resume(current_mutator());
}

void after_fork_in_child() {
  Mutator &self = current_mutator();
  mark_process();
  registry_after_fork(self);
  collector_after_fork();
  finalizers_after_fork(self);
  weak_forked();
  workers_after_fork();
  abandon_concurrent_cycle(self);
  sweeper_forked();
  resume(self);
}

} // namespace

void fork_initialize() {
  if (add_fork_handlers({before_fork, after_fork_in_parent, after_fork_in_child}) != 0)
    fatal("no memory to register what happens around fork", "raise the limit on address space");
}

} // namespace tricolor::rt
