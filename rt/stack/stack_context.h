//===- rt/stack/stack_context.h - Where a stopped thread's frames begin and end ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Filled in by the thread itself (or by its signal handler) before it stops, read by whoever walks
// its stack. It is valid for as long as the frames it describes are not touched.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_STACK_CONTEXT_H
#define TRICOLOR_RT_STACK_STACK_CONTEXT_H

#include "stack/register_state.h"

#include <cstdint>

namespace tricolor::rt {

/// How the thread came to stop, which is what `registers.pc` means.
enum class StopPlace : uint8_t {
  /// In an entry of the runtime; pc is a return address, only callee-saved registers count.
  RuntimeEntry,
  /// At an arbitrary instruction of external code; pc is that instruction, every register counts
  /// and
  /// so do the 128 bytes below rsp (the red zone).
  Signal,
  /// At a trap poll; pc is the address behind the instruction, by which the map is found, and every
  /// register counts. The frame may use its red zone.
  TrapPoll,
};

struct StackContext {
  RegisterState registers;
  StopPlace place;
  /// RuntimeEntry: the CFA of the entry's frame. Frames from the top up to and including it are the
  /// runtime's own: unwound for their saved registers, not scanned.
  uintptr_t runtime_cfa;
  /// The stack's memory is [stack_low, stack_high). Frames may lie outside it (a signal handler on
  /// an alternate stack) only above a signal's frame. Both 0: the thread has no stack, nothing is
  /// walked.
  uintptr_t stack_low, stack_high;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_STACK_CONTEXT_H
