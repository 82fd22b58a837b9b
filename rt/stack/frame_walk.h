//===- rt/stack/frame_walk.h - The roots in a stack -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Goes through the frames of a stopped thread from the newest to the oldest and hands their roots
// to a sink. For each frame:
//
//  1. Its recipe (stack/recipe.h) is found by its pc; it gives the frame's CFA.
//  2. A frame of the runtime itself (StackContext::runtime_cfa) is not scanned. The entries of the
//     runtime promise to hold no reference that their callers do not hold.
//  3. A frame whose return address has a site in an image's maps is scanned by the site's root list
//  and
//     by nothing else.
//  4. Any other frame, and only that frame, is scanned conservatively: the words from its stack
//  pointer
//     at the call (the callee's CFA) to its own CFA, and rbx, rbp, r12..r15 as they were in it. The
//     registers matter: external code may keep its only copy of a pointer in one of them, and a
//     compiled callee saves it in a place that the callee's map does not list.
//  5. A frame that a signal interrupted, at the top or under a handler, is never scanned by a map,
//  even
//     if its pc happens to be a return address (the call's result is in rax then, which no map
//     lists): all its registers, its red zone and its words.
//     A trap poll (StopPlace::TrapPoll) is no such place: its map is about the instruction itself.
//  6. The caller's registers are recovered and the walk goes on, until the unwind information says
//  that
//     there is no caller, the return address is 0, or the stack's end is reached.
//
// If a step fails (no unwind information, a rule that makes no sense), everything from the failed
// frame to the end of the stack is scanned conservatively, with the registers of that frame. That
// is sound: what the frames beyond had in callee-saved registers is either in those registers still
// or was saved in the memory that is scanned. It is merely imprecise, and counted.
//
// No malloc, no locks, no loader: may be called while threads are parked anywhere. Several threads
// may walk several stacks at a time. The walked thread must stand still, or be the caller.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_FRAME_WALK_H
#define TRICOLOR_RT_STACK_FRAME_WALK_H

#include "stack/root_sink.h"
#include "stack/stack_context.h"

#include <cstddef>

namespace tricolor::rt {

struct WalkCounts {
  size_t frames;       ///< all frames that were reached, those of the runtime included
  size_t precise;      ///< scanned by a map
  size_t conservative; ///< scanned without one
  size_t cut;          ///< 1 if unwinding failed and the rest was scanned as a whole
};

WalkCounts walk_stack(const StackContext &context, const RootSink &sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_FRAME_WALK_H
