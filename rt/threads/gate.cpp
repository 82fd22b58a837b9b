//===- rt/threads/gate.cpp - Keeping mutators out of the runtime ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/gate.h"

#include "os/clock.h"
#include "os/futex.h"
#include "threads/mutator.h"
#include "threads/registry.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tricolor::rt {

constinit std::atomic<uint32_t> runtime_gate{0};

namespace {

// How long the closer waits where the kernel has no membarrier, in nanoseconds: a store becomes visible
// in far less; shorter would only make a fork faster.
constexpr uint64_t kStoresAreVisible = 2'000'000;

constinit std::atomic<Mutator *> g_holder{nullptr};

long membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0); }

} // namespace

void gate_initialize() { membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }

void close_gate(Mutator &self) {
  g_holder.store(&self, std::memory_order_seq_cst);
  runtime_gate.store(1, std::memory_order_seq_cst);
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
    sleep_ns(kStoresAreVisible);
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    while (mutator != &self &&
           mutator->state.load(std::memory_order_seq_cst) == MutatorState::Runtime)
      yield_processor();
}

void open_gate() {
  g_holder.store(nullptr, std::memory_order_seq_cst);
  runtime_gate.store(0, std::memory_order_seq_cst);
  futex_wake(&runtime_gate, futex_everyone);
}

bool gate_stops(const Mutator &self) {
  return runtime_gate.load(std::memory_order_seq_cst) != 0 &&
         g_holder.load(std::memory_order_seq_cst) != &self;
}

void wait_at_gate(Mutator &self, MutatorState outside) {
  if (outside != MutatorState::Running)
    return;
  while (gate_stops(self)) {
    self.state.store(outside, std::memory_order_seq_cst);
    futex_wait(&runtime_gate, 1);
    self.state.store(MutatorState::Runtime, std::memory_order_seq_cst);
  }
}

} // namespace tricolor::rt
