//===- rt/threads/poll_trap.h - The signal of a trap poll ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A trap poll that reads a protected page raises SIGSEGV; the handler makes the thread answer, and it
// goes on behind the instruction. docs/design/polls.md argues why that is a safepoint. Every other
// SIGSEGV is the program's.
//
// The handler is installed when the first image with trap polls registers, before any of its code runs.
// From then on the process's sigaction and signal keep the program's action for SIGSEGV here, and the
// kernel has ours. SIGSEGV must not be blocked where managed code runs, since the kernel ends a process
// that faults with its signal blocked: it is kept out of masks (signal_masks.cpp) and out of the masks
// of other handlers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_POLL_TRAP_H
#define TRICOLOR_RT_THREADS_POLL_TRAP_H

#include "stack/register_state.h"

namespace tricolor::rt {

// Makes the calling thread answer; `at` are its registers with the pc behind the instruction.
using TrapAnswer = void (*)(const RegisterState &at);

// Installs the handler, once; later calls do nothing. Any thread, state Runtime.
void install_poll_trap(TrapAnswer answer);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_POLL_TRAP_H
