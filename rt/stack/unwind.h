//===- rt/stack/unwind.h - From a frame to its caller -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The general way: any rules, any stack. frame_walk.h takes a shorter one for Simple recipes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_UNWIND_H
#define TRICOLOR_RT_STACK_UNWIND_H

#include "stack/eh_frame.h"
#include "stack/frame_rules.h"
#include "stack/register_state.h"
#include "stack/stack_memory.h"

#include <cstdint>

namespace tricolor::rt {

/// What a frame's pc is.
enum class PcKind : uint8_t {
  ReturnAddress, ///< the frame called; pc is where it goes on
  Interrupted,   ///< a signal came; pc is the next instruction
};

struct Frame {
  RegisterState registers;
  PcKind pc_kind;
};

struct UnwindResult {
  uintptr_t cfa;
  FrameKind kind; ///< of the frame that was left; Signal: the caller was interrupted
  bool has_caller;
  Frame caller; ///< if it has one
};

/// Computes the frame's CFA and its caller's registers. False if there is no unwind information for
/// it or it asks for what is not there.
bool unwind_frame(const Frame &frame, const StackMemory &memory, UnwindResult *result);

/// Whether the instruction is in one of libgcc's functions that end by moving the stack pointer to the
/// frame of an exception's handler. Their unwind information is wrong for the last few instructions,
/// so a frame that was interrupted there cannot be unwound.
bool leaves_by_eh_return(uintptr_t pc);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_UNWIND_H
