//===- rt/stack/unwind.cpp - From a frame to its caller -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/unwind.h"

// Weak: a program may have no libgcc.
extern "C" {
[[gnu::weak]] void _Unwind_RaiseException();
[[gnu::weak]] void _Unwind_Resume();
[[gnu::weak]] void _Unwind_Resume_or_Rethrow();
[[gnu::weak]] void _Unwind_ForcedUnwind();
}

namespace tricolor::rt {

namespace {

class Unwinder {
public:
  Unwinder(const RegisterState &registers, const StackMemory &memory)
      : registers_(registers), memory_(memory) {}

  bool compute_cfa(const FrameRules &rules) {
    if (rules.cfa_kind == FrameRules::CfaKind::Expression)
      return evaluate_expression(rules.cfa_expression, registers_, memory_, InitialStack::Empty, 0,
                                 &cfa_);
    cfa_ = registers_.gpr[rules.cfa_register] + static_cast<uintptr_t>(rules.cfa_offset);
    return true;
  }

  bool apply(const RegisterRule &rule, uintptr_t *value) const {
    uintptr_t address;
    switch (rule.kind) {
    case RuleKind::Same:
    case RuleKind::Undefined:
      return true;
    case RuleKind::Saved:
      return read(cfa_ + static_cast<uintptr_t>(rule.offset), value);
    case RuleKind::Value:
      *value = cfa_ + static_cast<uintptr_t>(rule.offset);
      return true;
    case RuleKind::Register:
      *value = rule.offset < 16 ? registers_.gpr[rule.offset] : registers_.pc;
      return true;
    case RuleKind::SavedExpression:
      return evaluate(rule.expression, &address) && read(address, value);
    case RuleKind::ValueExpression:
      return evaluate(rule.expression, value);
    }
    return false;
  }

  uintptr_t cfa() const { return cfa_; }

private:
  bool evaluate(const DwarfExpression &expression, uintptr_t *value) const {
    return evaluate_expression(expression, registers_, memory_, InitialStack::Cfa, cfa_, value);
  }
  // An epilogue may have popped a register whose rule still names its place: the red zone is in
  // use.
  bool read(uintptr_t address, uintptr_t *value) const {
    return memory_.read(address, registers_.gpr[dwarf_register::rsp] - red_zone_bytes, value);
  }

  const RegisterState &registers_;
  const StackMemory &memory_;
  uintptr_t cfa_ = 0;
};

} // namespace

bool unwind_frame(const Frame &frame, const StackMemory &memory, UnwindResult *result) {
  const RegisterState &registers = frame.registers;
  uintptr_t pc = frame.pc_kind == PcKind::Interrupted ? registers.pc : registers.pc - 1;
  UnwindEntry entry;
  FrameRules rules;
  // The trampoline that a signal handler returns to is a return address too: its FDE begins a byte
  // before it.
  if (!find_unwind_entry(pc, &entry) || !compute_frame_rules(entry, pc, &rules))
    return false;
  Unwinder unwinder(registers, memory);
  if (!unwinder.compute_cfa(rules))
    return false;
  result->cfa = unwinder.cfa();
  result->kind = entry.kind;
  result->has_caller = rules.registers[dwarf_register::return_address].kind != RuleKind::Undefined;
  if (!result->has_caller)
    return true;

  RegisterState &caller = result->caller.registers;
  caller = registers;
  caller.vector_state = nullptr;
  caller.vector_words = 0;
  caller.gpr[dwarf_register::rsp] = result->cfa;
  for (unsigned i = 0; i < 16; ++i)
    if (!unwinder.apply(rules.registers[i], &caller.gpr[i]))
      return false;
  const RegisterRule &back = rules.registers[dwarf_register::return_address];
  if (back.kind == RuleKind::Same || !unwinder.apply(back, &caller.pc))
    return false;
  result->caller.pc_kind =
      entry.kind == FrameKind::Signal ? PcKind::Interrupted : PcKind::ReturnAddress;
  return true;
}

bool leaves_by_eh_return(uintptr_t pc) {
  void (*const functions[])() = {_Unwind_RaiseException, _Unwind_Resume, _Unwind_Resume_or_Rethrow,
                                 _Unwind_ForcedUnwind};
  UnwindEntry entry;
  if (!find_unwind_entry(pc, &entry))
    return false;
  for (auto function : functions)
    if (function && entry.function_begin == reinterpret_cast<uintptr_t>(function))
      return true;
  return false;
}

} // namespace tricolor::rt
