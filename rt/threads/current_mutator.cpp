//===- rt/threads/current_mutator.cpp - Which mutator a thread is -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/current_mutator.h"

#include <tricolor/abi.h>

namespace {

// For who must not take any: all are empty. Nobody writes to them.
alignas(64) char no_slots[tricolor::rt::ThreadCache::runs_bytes];

} // namespace

extern "C"
    __attribute__((visibility("default"), tls_model("initial-exec"))) __thread char *tricolor_runs =
        no_slots;

namespace tricolor::rt {

constinit thread_local Mutator *current_mutator_pointer = nullptr;

namespace {

constinit SlotTakers g_takers = SlotTakers::CompiledCode;

char *runs_of(Mutator *mutator, SlotTakers takers) {
  return mutator && takers == SlotTakers::CompiledCode ? mutator->cache.runs() : no_slots;
}

} // namespace

void set_current_mutator(Mutator *mutator) {
  current_mutator_pointer = mutator;
  tricolor_runs = runs_of(mutator, g_takers);
}

void set_slot_takers(SlotTakers takers) { g_takers = takers; }

void set_slot_takers(Mutator &self, SlotTakers takers) { tricolor_runs = runs_of(&self, takers); }

} // namespace tricolor::rt
