//===- rt/stack/dwarf_expression.h - DWARF expressions in unwind rules ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Where a register rule is not "CFA plus offset" it is a program for a small stack machine.
// Compilers use it for realigned frames, linkers for PLT entries, libc for its return from signal
// handlers and for code with several stack layouts behind one address.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_DWARF_EXPRESSION_H
#define TRICOLOR_RT_STACK_DWARF_EXPRESSION_H

#include "stack/register_state.h"
#include "stack/stack_memory.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct DwarfExpression {
  const uint8_t *code;
  size_t bytes;
};

enum class InitialStack : uint8_t { Empty, Cfa };

/// The value of the expression in a frame with these registers; register rules start with the CFA
/// on the stack. False if it is malformed, uses an operation that unwind rules do not have, reads
/// what is not readable, or does not end after a bounded number of operations.
bool evaluate_expression(const DwarfExpression &expression, const RegisterState &registers,
                         const StackMemory &memory, InitialStack initial, uintptr_t cfa,
                         uintptr_t *value);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_DWARF_EXPRESSION_H
