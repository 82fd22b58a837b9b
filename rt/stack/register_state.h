//===- rt/stack/register_state.h - The registers of a stopped thread --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Where a walk begins: the program counter and the general registers of a thread, taken either by
// the thread itself at an entry of the runtime or from what the kernel saved when a signal
// interrupted it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_REGISTER_STATE_H
#define TRICOLOR_RT_STACK_REGISTER_STATE_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// DWARF numbers of the x86-64 registers that the walker names.
namespace dwarf_register {
inline constexpr unsigned rax = 0, rdx = 1, rcx = 2, rbx = 3, rsi = 4, rdi = 5, rbp = 6, rsp = 7;
inline constexpr unsigned r8 = 8, r12 = 12, r13 = 13, r14 = 14, r15 = 15;
inline constexpr unsigned return_address = 16;
} // namespace dwarf_register

struct RegisterState {
  /// By DWARF number: 0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8..15 r8..r15.
  uintptr_t gpr[16];
  uintptr_t pc;
  /// The vector registers as the kernel saved them in the signal's frame, which must stay as it is
  /// for as long as this state is used: null unless taken from a ucontext. External code may hold
  /// the only copy of a pointer there (memmove over overlapping memory does).
  const uintptr_t *vector_state;
  size_t vector_words;
};

/// The state of the caller as it is just after this call: its rsp, rbx, rbp and r12..r15, and the
/// return address as pc. The other registers, dead across a call, read as zero. Usable for as long
/// as the caller has not returned. Async-signal-safe.
extern "C" [[gnu::naked]] void tricolor_rt_capture_registers(RegisterState *state);
[[gnu::always_inline]] inline void capture_registers(RegisterState *state) {
  tricolor_rt_capture_registers(state);
}

/// The state that a signal interrupted; `ucontext` is the third argument of an SA_SIGINFO handler.
/// Async-signal-safe. The vector registers are not copied: see vector_state.
void registers_from_ucontext(RegisterState *state, const void *ucontext);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_REGISTER_STATE_H
