//===- rt/collector/safepoint.cpp - Where a mutator answers -----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/safepoint.h"

#include "collector/collector_thread.h"
#include "collector/configuration.h"
#include "collector/cycle_hooks.h"
#include "heap/allocation_sites.h"
#include "threads/current_mutator.h"
#include "threads/handshake.h"
#include "threads/world.h"

namespace tricolor::rt {

void safepoint(Mutator &self) {
  if (owes_answer(self))
    answer_handshake(self);
  if (world_stopping())
    park_until_started(self);
  auto stress = static_cast<uint64_t>(configuration().stress);
  // Every other time, and not in step with what collects, the allocations up to the next safepoint need none.
  if (stress && !allocation_sites_recorded())
    set_slot_takers(self, self.safepoints / 3 % 2 ? SlotTakers::CompiledCode : SlotTakers::Runtime);
  // A hook that collects at each of its safepoints would call itself for ever.
  if (stress && ++self.safepoints % stress == 0 && !is_in_cycle_hook(self))
    collect(self, CycleReason::Stress);
}

} // namespace tricolor::rt
