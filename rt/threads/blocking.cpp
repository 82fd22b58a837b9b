//===- rt/threads/blocking.cpp - Regions of external code that nobody need stop ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/blocking.h"

#include "threads/world.h"

namespace tricolor::rt {

namespace {
constinit thread_local Mutator *t_blocking = nullptr;
} // namespace

void begin_blocking(Mutator &self) {
  t_blocking = &self;
  current_mutator_pointer = nullptr;
  detail::enter_parked(self);
}

bool is_blocking() { return t_blocking != nullptr; }

Mutator *leave_blocking() {
  Mutator *self = t_blocking;
  if (!self)
    return nullptr;
  t_blocking = nullptr;
  // Out of Parked first: what the stop signal finds by the pointer may be answered by its handler.
  detail::leave_parked(*self, MutatorState::Running);
  current_mutator_pointer = self;
  return self;
}

void end_blocking() { leave_blocking(); }

} // namespace tricolor::rt
