//===- rt/stack/dwarf_expression.cpp - DWARF expressions in unwind rules --------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// "DWARF Debugging Information Format" version 5, 2.5. An instruction pushes, or takes its operands
// from the top and pushes the result. Addresses and values are 64-bit words; arithmetic wraps.
//
//===------------------------------------------------------------------------------------------===//

#include "stack/dwarf_expression.h"

#include "stack/byte_reader.h"

namespace tricolor::rt {

namespace {

enum : uint8_t {
  OpAddr = 0x03,
  OpDeref = 0x06,
  OpConst1u = 0x08,
  OpConst1s = 0x09,
  OpConst2u = 0x0a,
  OpConst2s = 0x0b,
  OpConst4u = 0x0c,
  OpConst4s = 0x0d,
  OpConst8u = 0x0e,
  OpConst8s = 0x0f,
  OpConstu = 0x10,
  OpConsts = 0x11,
  OpDup = 0x12,
  OpDrop = 0x13,
  OpOver = 0x14,
  OpPick = 0x15,
  OpSwap = 0x16,
  OpRot = 0x17,
  OpAbs = 0x19,
  OpAnd = 0x1a,
  OpDiv = 0x1b,
  OpMinus = 0x1c,
  OpMod = 0x1d,
  OpMul = 0x1e,
  OpNeg = 0x1f,
  OpNot = 0x20,
  OpOr = 0x21,
  OpPlus = 0x22,
  OpPlusUconst = 0x23,
  OpShl = 0x24,
  OpShr = 0x25,
  OpShra = 0x26,
  OpXor = 0x27,
  OpBra = 0x28,
  OpEq = 0x29,
  OpGe = 0x2a,
  OpGt = 0x2b,
  OpLe = 0x2c,
  OpLt = 0x2d,
  OpNe = 0x2e,
  OpSkip = 0x2f,
  OpLit0 = 0x30,
  OpLit31 = 0x4f,
  OpReg0 = 0x50,
  OpReg31 = 0x6f,
  OpBreg0 = 0x70,
  OpBreg31 = 0x8f,
  OpRegx = 0x90,
  OpBregx = 0x92,
  OpDerefSize = 0x94,
  OpNop = 0x96,
};

// Bounds the time an expression that loops may take.
constexpr unsigned operation_limit = 1000;

class Machine {
public:
  Machine(const DwarfExpression &expression, const RegisterState &registers,
          const StackMemory &memory)
      : begin_(expression.code), code_(expression.code, expression.code + expression.bytes),
        registers_(registers), memory_(memory) {}

  void push(uintptr_t value) {
    if (depth_ == capacity)
      failed_ = true;
    else
      stack_[depth_++] = value;
  }

  bool run(uintptr_t *value) {
    for (unsigned i = 0; !code_.at_end(); ++i) {
      if (i == operation_limit)
        return false;
      execute(code_.byte());
      if (failed_ || code_.failed())
        return false;
    }
    if (depth_ == 0)
      return false;
    *value = stack_[depth_ - 1];
    return true;
  }

private:
  static constexpr unsigned capacity = 64;

  uintptr_t pop() {
    uintptr_t value = at(0);
    depth_ -= depth_ != 0;
    return value;
  }
  // The element `below` places under the top.
  uintptr_t at(size_t below) {
    if (below >= depth_) {
      failed_ = true;
      return 0;
    }
    return stack_[depth_ - 1 - below];
  }
  uintptr_t reg(uint64_t number) {
    if (number < 16)
      return registers_.gpr[number];
    if (number == dwarf_register::return_address)
      return registers_.pc;
    failed_ = true;
    return 0;
  }
  uintptr_t load(uintptr_t address) {
    uintptr_t value = 0;
    uintptr_t in_use = registers_.gpr[dwarf_register::rsp] - red_zone_bytes;
    if (!memory_.read(address, in_use, &value))
      failed_ = true;
    return value;
  }
  uintptr_t load_part(uintptr_t address, uint8_t bytes) {
    uintptr_t value = 0;
    if (bytes == 0 || bytes > 8 || !guarded_read(address, &value, bytes))
      failed_ = true;
    return value;
  }

  void execute(uint8_t op);
  bool execute_constant(uint8_t op);
  bool execute_stack(uint8_t op);
  bool execute_unary(uint8_t op);
  void execute_binary(uint8_t op);

  const uint8_t *begin_;
  ByteReader code_;
  const RegisterState &registers_;
  const StackMemory &memory_;
  uintptr_t stack_[capacity];
  unsigned depth_ = 0;
  bool failed_ = false;
};

bool Machine::execute_constant(uint8_t op) {
  auto sign_extended = [](int64_t value) { return static_cast<uintptr_t>(value); };
  switch (op) {
  case OpAddr:
  case OpConst8u:
  case OpConst8s:
    push(code_.fixed<uint64_t>());
    return true;
  case OpConst1u:
    push(code_.fixed<uint8_t>());
    return true;
  case OpConst1s:
    push(sign_extended(code_.fixed<int8_t>()));
    return true;
  case OpConst2u:
    push(code_.fixed<uint16_t>());
    return true;
  case OpConst2s:
    push(sign_extended(code_.fixed<int16_t>()));
    return true;
  case OpConst4u:
    push(code_.fixed<uint32_t>());
    return true;
  case OpConst4s:
    push(sign_extended(code_.fixed<int32_t>()));
    return true;
  case OpConstu:
    push(code_.uleb());
    return true;
  case OpConsts:
    push(sign_extended(code_.sleb()));
    return true;
  default:
    return false;
  }
}

bool Machine::execute_stack(uint8_t op) {
  switch (op) {
  case OpDup:
    push(at(0));
    return true;
  case OpDrop:
    pop();
    return true;
  case OpOver:
    push(at(1));
    return true;
  case OpPick:
    push(at(code_.byte()));
    return true;
  case OpSwap: {
    uintptr_t top = pop(), next = pop();
    push(top);
    push(next);
    return true;
  }
  case OpRot: {
    uintptr_t top = pop(), second = pop(), third = pop();
    push(top);
    push(third);
    push(second);
    return true;
  }
  case OpSkip:
    code_.jump(code_.fixed<int16_t>(), begin_);
    return true;
  case OpBra: {
    int16_t distance = code_.fixed<int16_t>();
    if (pop() != 0)
      code_.jump(distance, begin_);
    return true;
  }
  case OpNop:
    return true;
  default:
    return false;
  }
}

bool Machine::execute_unary(uint8_t op) {
  switch (op) {
  case OpDeref:
    push(load(pop()));
    return true;
  case OpDerefSize: {
    uint8_t bytes = code_.byte();
    push(load_part(pop(), bytes));
    return true;
  }
  case OpAbs: {
    uintptr_t value = pop();
    push(static_cast<intptr_t>(value) < 0 ? 0 - value : value);
    return true;
  }
  case OpNeg:
    push(0 - pop());
    return true;
  case OpNot:
    push(~pop());
    return true;
  case OpPlusUconst: {
    uintptr_t value = pop();
    push(value + code_.uleb());
    return true;
  }
  default:
    return false;
  }
}

void Machine::execute_binary(uint8_t op) {
  uintptr_t b = pop(), a = pop();
  auto signed_a = static_cast<intptr_t>(a), signed_b = static_cast<intptr_t>(b);
  switch (op) {
  case OpAnd:
    return push(a & b);
  case OpDiv:
    if (b == 0 || (signed_a == INTPTR_MIN && signed_b == -1))
      failed_ = true;
    else
      push(static_cast<uintptr_t>(signed_a / signed_b));
    return;
  case OpMinus:
    return push(a - b);
  case OpMod:
    if (b == 0)
      failed_ = true;
    else
      push(a % b);
    return;
  case OpMul:
    return push(a * b);
  case OpOr:
    return push(a | b);
  case OpPlus:
    return push(a + b);
  case OpShl:
    return push(b < 64 ? a << b : 0);
  case OpShr:
    return push(b < 64 ? a >> b : 0);
  case OpShra:
    return push(static_cast<uintptr_t>(signed_a >> (b < 64 ? b : 63)));
  case OpXor:
    return push(a ^ b);
  case OpEq:
    return push(a == b);
  case OpGe:
    return push(signed_a >= signed_b);
  case OpGt:
    return push(signed_a > signed_b);
  case OpLe:
    return push(signed_a <= signed_b);
  case OpLt:
    return push(signed_a < signed_b);
  case OpNe:
    return push(a != b);
  default:
    failed_ = true;
  }
}

void Machine::execute(uint8_t op) {
  if (op >= OpLit0 && op <= OpLit31)
    return push(op - OpLit0);
  if (op >= OpReg0 && op <= OpReg31)
    return push(reg(op - OpReg0));
  if (op >= OpBreg0 && op <= OpBreg31)
    return push(reg(op - OpBreg0) + static_cast<uintptr_t>(code_.sleb()));
  if (op == OpRegx)
    return push(reg(code_.uleb()));
  if (op == OpBregx) {
    uint64_t number = code_.uleb();
    return push(reg(number) + static_cast<uintptr_t>(code_.sleb()));
  }
  if (!execute_constant(op) && !execute_stack(op) && !execute_unary(op))
    execute_binary(op);
}

} // namespace

bool evaluate_expression(const DwarfExpression &expression, const RegisterState &registers,
                         const StackMemory &memory, InitialStack initial, uintptr_t cfa,
                         uintptr_t *value) {
  Machine machine(expression, registers, memory);
  if (initial == InitialStack::Cfa)
    machine.push(cfa);
  return machine.run(value);
}

} // namespace tricolor::rt
