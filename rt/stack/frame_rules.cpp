//===- rt/stack/frame_rules.cpp - What a CFA program says about one instruction -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// "DWARF Debugging Information Format" version 5, 6.4.2, and the GNU extensions that x86-64
// compilers emit.
//
//===------------------------------------------------------------------------------------------===//

#include "stack/frame_rules.h"

#include "stack/byte_reader.h"

namespace tricolor::rt {

namespace {

enum : uint8_t {
  CfaAdvanceLoc = 0x40, // the high two bits; the low six are an operand
  CfaOffset = 0x80,
  CfaRestore = 0xc0,
  CfaNop = 0x00,
  CfaSetLoc = 0x01,
  CfaAdvanceLoc1 = 0x02,
  CfaAdvanceLoc2 = 0x03,
  CfaAdvanceLoc4 = 0x04,
  CfaOffsetExtended = 0x05,
  CfaRestoreExtended = 0x06,
  CfaUndefined = 0x07,
  CfaSameValue = 0x08,
  CfaRegister = 0x09,
  CfaRememberState = 0x0a,
  CfaRestoreState = 0x0b,
  CfaDefCfa = 0x0c,
  CfaDefCfaRegister = 0x0d,
  CfaDefCfaOffset = 0x0e,
  CfaDefCfaExpression = 0x0f,
  CfaExpression = 0x10,
  CfaOffsetExtendedSf = 0x11,
  CfaDefCfaSf = 0x12,
  CfaDefCfaOffsetSf = 0x13,
  CfaValOffset = 0x14,
  CfaValOffsetSf = 0x15,
  CfaValExpression = 0x16,
  CfaGnuArgsSize = 0x2e,
  CfaGnuNegativeOffsetExtended = 0x2f,
};

class Interpreter {
public:
  Interpreter(const UnwindEntry &entry, uintptr_t pc, FrameRules &rules)
      : entry_(entry), pc_(pc), rules_(rules) {}

  bool run() {
    location_ = entry_.function_begin;
    if (!run_program(entry_.cie_program, entry_.cie_program_end))
      return false;
    initial_ = rules_;
    return run_program(entry_.program, entry_.program_end);
  }

private:
  // Compilers nest remember_state once; hand-written code hardly more.
  static constexpr unsigned remember_capacity = 8;

  bool run_program(const uint8_t *begin, const uint8_t *end) {
    ByteReader code(begin, end);
    // The rules of an address are those after all instructions for locations up to it.
    while (!code.at_end() && location_ <= pc_) {
      execute(code.byte(), code);
      if (failed_ || code.failed())
        return false;
    }
    return true;
  }

  void advance(uint64_t factored) { location_ += factored * entry_.code_alignment; }
  int64_t factored(uint64_t offset) {
    return static_cast<int64_t>(offset * static_cast<uint64_t>(entry_.data_alignment));
  }

  // Registers beyond the general ones (vector registers) have no place; their rules are read and
  // dropped.
  void set(uint64_t number, RuleKind kind, int64_t offset = 0,
           DwarfExpression expression = {nullptr, 0}) {
    if (number < FrameRules::register_count)
      rules_.registers[number] = {kind, offset, expression};
  }
  void restore(uint64_t number) {
    if (number < FrameRules::register_count)
      rules_.registers[number] = initial_.registers[number];
  }
  void set_cfa_register(uint64_t number) {
    if (number >= 16)
      failed_ = true;
    rules_.cfa_kind = FrameRules::CfaKind::RegisterOffset;
    rules_.cfa_register = static_cast<unsigned>(number & 15);
  }
  static DwarfExpression block(ByteReader &code) {
    uint64_t bytes = code.uleb();
    const uint8_t *begin = code.skip(bytes);
    return {begin, begin ? static_cast<size_t>(bytes) : 0};
  }

  void execute(uint8_t op, ByteReader &code);
  bool execute_location(uint8_t op, ByteReader &code);
  bool execute_cfa(uint8_t op, ByteReader &code);
  bool execute_state(uint8_t op, ByteReader &code);
  void execute_register(uint8_t op, ByteReader &code);

  const UnwindEntry &entry_;
  uintptr_t pc_, location_ = 0;
  FrameRules &rules_;
  FrameRules initial_ = {};
  FrameRules remembered_[remember_capacity];
  unsigned remembered_count_ = 0;
  bool failed_ = false;
};

bool Interpreter::execute_location(uint8_t op, ByteReader &code) {
  switch (op) {
  case CfaSetLoc: {
    const uint8_t *at = code.at();
    uintptr_t location;
    if (!read_encoded_pointer(entry_.pointer_encoding, &at, at + code.left(), &location))
      failed_ = true;
    else
      location_ = location;
    code.skip(static_cast<uint64_t>(at - code.at()));
    return true;
  }
  case CfaAdvanceLoc1:
    advance(code.fixed<uint8_t>());
    return true;
  case CfaAdvanceLoc2:
    advance(code.fixed<uint16_t>());
    return true;
  case CfaAdvanceLoc4:
    advance(code.fixed<uint32_t>());
    return true;
  case CfaNop:
    return true;
  case CfaGnuArgsSize:
    code.uleb();
    return true;
  default:
    return false;
  }
}

bool Interpreter::execute_cfa(uint8_t op, ByteReader &code) {
  switch (op) {
  case CfaDefCfa:
    set_cfa_register(code.uleb());
    rules_.cfa_offset = static_cast<int64_t>(code.uleb());
    return true;
  case CfaDefCfaSf:
    set_cfa_register(code.uleb());
    rules_.cfa_offset = factored(static_cast<uint64_t>(code.sleb()));
    return true;
  case CfaDefCfaRegister:
    set_cfa_register(code.uleb());
    return true;
  case CfaDefCfaOffset:
    rules_.cfa_offset = static_cast<int64_t>(code.uleb());
    return true;
  case CfaDefCfaOffsetSf:
    rules_.cfa_offset = factored(static_cast<uint64_t>(code.sleb()));
    return true;
  case CfaDefCfaExpression:
    rules_.cfa_kind = FrameRules::CfaKind::Expression;
    rules_.cfa_expression = block(code);
    return true;
  default:
    return false;
  }
}

bool Interpreter::execute_state(uint8_t op, ByteReader &code) {
  switch (op) {
  case CfaRememberState:
    if (remembered_count_ == remember_capacity)
      failed_ = true;
    else
      remembered_[remembered_count_++] = rules_;
    return true;
  case CfaRestoreState:
    if (remembered_count_ == 0)
      failed_ = true;
    else
      rules_ = remembered_[--remembered_count_];
    return true;
  case CfaRestoreExtended:
    restore(code.uleb());
    return true;
  case CfaUndefined:
    set(code.uleb(), RuleKind::Undefined);
    return true;
  case CfaSameValue:
    set(code.uleb(), RuleKind::Same);
    return true;
  default:
    return false;
  }
}

void Interpreter::execute_register(uint8_t op, ByteReader &code) {
  uint64_t number = code.uleb();
  switch (op) {
  case CfaOffsetExtended:
    return set(number, RuleKind::Saved, factored(code.uleb()));
  case CfaOffsetExtendedSf:
    return set(number, RuleKind::Saved, factored(static_cast<uint64_t>(code.sleb())));
  case CfaGnuNegativeOffsetExtended:
    return set(number, RuleKind::Saved, -factored(code.uleb()));
  case CfaValOffset:
    return set(number, RuleKind::Value, factored(code.uleb()));
  case CfaValOffsetSf:
    return set(number, RuleKind::Value, factored(static_cast<uint64_t>(code.sleb())));
  case CfaRegister: {
    uint64_t other = code.uleb();
    if (other >= FrameRules::register_count)
      failed_ |= number < FrameRules::register_count;
    return set(number, RuleKind::Register, static_cast<int64_t>(other));
  }
  case CfaExpression:
    return set(number, RuleKind::SavedExpression, 0, block(code));
  case CfaValExpression:
    return set(number, RuleKind::ValueExpression, 0, block(code));
  default:
    failed_ = true;
  }
}

void Interpreter::execute(uint8_t op, ByteReader &code) {
  uint8_t operand = op & 0x3f;
  switch (op & 0xc0) {
  case CfaAdvanceLoc:
    return advance(operand);
  case CfaOffset:
    return set(operand, RuleKind::Saved, factored(code.uleb()));
  case CfaRestore:
    return restore(operand);
  default:
    if (!execute_location(op, code) && !execute_cfa(op, code) && !execute_state(op, code))
      execute_register(op, code);
  }
}

} // namespace

bool compute_frame_rules(const UnwindEntry &entry, uintptr_t pc, FrameRules *rules) {
  *rules = {};
  return Interpreter(entry, pc, *rules).run();
}

} // namespace tricolor::rt
