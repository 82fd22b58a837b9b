//===- rt/api/blocking.cpp - Regions that block -----------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/blocking.h"
#include "api/export.h"
#include "threads/world.h"

#include <tricolor/c.h>

using namespace tricolor::rt;

TRICOLOR_API void tricolor_blocking_region(void (*body)(void *), void *argument) {
  Mutator &self = current_mutator();
  // A region in a region, in a poll of the program's handler, or wherever else it is too early: none.
  if (self.state.load(std::memory_order_relaxed) != MutatorState::Running)
    return body(argument);
  self.state.store(MutatorState::Runtime, std::memory_order_seq_cst);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  begin_blocking(self);
  body(argument);
  leave_blocking();
}
