//===- rt/threads/blocking.h - Regions of external code that nobody need stop -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread that is about to block for long in external code may say so: it is Parked meanwhile, the collector
// answers for it, and no signal interrupts its system call.
//
// The body may call what it likes. A poll in it answers nothing, as nobody asks a parked thread. If it enters the
// runtime otherwise (it allocates, frees, throws), the region is over: the thread is Running again from there on, as if it had not begun one. What it must not do is to store
// references, or to change memory that holds some, in code that does not call the runtime: its frame is that
// of a thread that stands still.
//
// For the way into the runtime to be noticed without a test on every entry, current_mutator_pointer is null in the
// region: the thread looks like one that is not attached, and attaching it ends the region.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_BLOCKING_H
#define TRICOLOR_RT_THREADS_BLOCKING_H

#include "threads/mutator.h"

namespace tricolor::rt {

// Begins a region. `self` is the caller's, in state Runtime, its context published by a function that stays on
// the stack until leave_blocking().
void begin_blocking(Mutator &self);
// Whether the calling thread is in one. Async-signal-safe.
bool is_blocking();
// Ends the calling thread's region, if it is in one, and returns its mutator, Running; else null.
Mutator *leave_blocking();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_BLOCKING_H
