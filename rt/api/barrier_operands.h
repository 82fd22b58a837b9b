//===- rt/api/barrier_operands.h - The instructions that a barrier has as arguments -*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Compiled code tells a barrier its slot and its word by an instruction at the call's return address, in
// registers of its choice: `testq word, slot`, or `testl %esp, slot` for a word that is no object's address,
// as the stack pointer itself is not (abi.h). Decodes every address that x86-64 has for a memory operand, with the registers as they were at
// the call.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_BARRIER_OPERANDS_H
#define TRICOLOR_RT_API_BARRIER_OPERANDS_H

#include <cstdint>

namespace tricolor::rt {

// In the order of the instruction set: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15.
struct BarrierRegisters {
  uintptr_t number[16];
};

struct BarrierOperands {
  const void *slot;
  uintptr_t word; // 0: no object's address
};

// Decodes the instruction at `at` and moves `at` behind it. Ends the program with a message if it is
// none of the two: a debugger's breakpoint was set on it, or the code is damaged.
BarrierOperands decode_barrier_operands(const uint8_t *&at, const BarrierRegisters &registers);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_BARRIER_OPERANDS_H
