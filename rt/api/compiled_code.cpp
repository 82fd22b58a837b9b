//===- rt/api/compiled_code.cpp - What compiled code calls ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The slow paths of polls and barriers, and the registration of images.
//
//===------------------------------------------------------------------------------------------===//

#include "api/export.h"
#include "collector/safepoint.h"
#include "mark/barrier_log.h"
#include "stack/modules.h"
#include "threads/initialization.h"
#include "threads/world.h"

#include <tricolor/abi.h>

#include <string.h>

using namespace tricolor::rt;

TRICOLOR_API void tricolor_poll() {
  Mutator &self = current_mutator();
  // A signal handler of the program that has interrupted the runtime: the thread may hold locks, and its
  // context is in use. The interrupted code will answer.
  if (self.state.load(std::memory_order_relaxed) != MutatorState::Running)
    return;
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  safepoint(self);
}

TRICOLOR_API void tricolor_write_barrier(void *slot, uintptr_t value) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  uintptr_t overwritten; // the slot need not be aligned: a packed field may carry a tagged pointer
  memcpy(&overwritten, slot, sizeof overwritten);
  barrier_remember(self, overwritten);
  barrier_remember(self, value);
}

TRICOLOR_API void tricolor_bulk_barrier(void *destination, const void *source, size_t bytes) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  barrier_remember_copy(self, destination, source, bytes);
}

TRICOLOR_API void tricolor_register_module(const tricolor_module *module) {
  ensure_initialized();
  RuntimeScope scope(current_mutator());
  modules_register(module);
}

TRICOLOR_API void tricolor_unregister_module(const tricolor_module *module) {
  RuntimeScope scope(current_mutator());
  modules_unregister(module);
}
