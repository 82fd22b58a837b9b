//===- rt/stack/frame_rules.h - What a CFA program says about one instruction -----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The unwind information of a function is a program that, run up to an address, gives the rules of
// that address: how the frame's CFA (the caller's rsp) is computed and where the caller's registers
// are.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_FRAME_RULES_H
#define TRICOLOR_RT_STACK_FRAME_RULES_H

#include "stack/dwarf_expression.h"
#include "stack/eh_frame.h"

#include <cstdint>

namespace tricolor::rt {

enum class RuleKind : uint8_t {
  Same,            ///< the caller has what is in the register now; also the rule if there is none
  Undefined,       ///< lost; for the return address: there is no caller
  Saved,           ///< in memory at CFA + offset
  Value,           ///< is CFA + offset
  Register,        ///< is in another register, whose number is `offset`
  SavedExpression, ///< in memory at the address that the expression computes
  ValueExpression, ///< is what the expression computes
};

struct RegisterRule {
  RuleKind kind;
  int64_t offset;
  DwarfExpression expression;
};

struct FrameRules {
  static constexpr unsigned register_count = 17; ///< the general registers and the return address
  enum class CfaKind : uint8_t { RegisterOffset, Expression };

  CfaKind cfa_kind;
  unsigned cfa_register;
  int64_t cfa_offset;
  DwarfExpression cfa_expression;
  RegisterRule registers[register_count];
};

/// Runs the programs of the entry up to the address. False if they are malformed.
bool compute_frame_rules(const UnwindEntry &entry, uintptr_t pc, FrameRules *rules);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_FRAME_RULES_H
