//===- rt/threads/safepoint_check.h - Whether a stopped place is a safepoint --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A mutator that answers a handshake must have finished every store whose barrier has been tested for. At
// polls and allocations of its own it has. Two places look like safepoints and are none:
//
//  1. A leaf call. Compiled code calls a function that never comes back to compiled code (memcpy) without a map,
//     behind the test of the bulk barrier that stands for the writes in it. The stop signal finds external code.
//     To be told by the innermost frame of compiled code: its return address has no root list. All calls that may
//     block have one: the whole frame, if they have no map (llvm-pass/UnmappedCalls.h).
//  2. A handler of the program that has interrupted compiled code anywhere, or a leaf call, and polls, or is found by
//     the stop signal in external code. To be told by a frame of compiled code that was interrupted, or that is the
//     innermost one below the interrupted frame and has a return address without a root list.
//
// For the first, a few frames of external code are unwound; only where a signal was the way to the place. For the
// second the whole stack is, in programs that have installed a handler only.
//
// Where unwinding fails the answer is "safe": the rest of such a stack is scanned as a whole, and nothing better is
// known about it. But for the linkage table on the way into a leaf, for which lld makes no unwind information: there
// the return address is looked for on top of the stack.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_SAFEPOINT_CHECK_H
#define TRICOLOR_RT_THREADS_SAFEPOINT_CHECK_H

#include "stack/stack_context.h"

#include <cstdint>

namespace tricolor::rt {

enum class PlaceKind : uint8_t {
  Safepoint,
  LeafCall,  // 1: it ends soon
  InHandler, // 2: it ends when the handler returns
};

// What the place is. The context is that of the calling thread, at a poll, an allocation, or an interrupted
// instruction of external code.
PlaceKind place_kind(const StackContext &context);

// The program has installed a handler for some signal. Any thread, for good.
void note_signal_handler();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_SAFEPOINT_CHECK_H
