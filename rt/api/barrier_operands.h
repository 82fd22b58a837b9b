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

namespace detail {

inline constexpr uint8_t kFsPrefix = 0x64;
inline constexpr uint8_t kTestOpcode = 0x85;
inline constexpr unsigned kStackPointer = 4; // as a word: none; as an index: none

// Bits of a REX prefix.
inline constexpr uint8_t kWide = 8, kWordHigh = 4, kIndexHigh = 2, kBaseHigh = 1;

// Prefixes of the other segments mean nothing: assemblers lengthen instructions by them.
[[gnu::always_inline]] inline bool is_segment_prefix(uint8_t byte) {
  return byte == kFsPrefix || byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e;
}

template <typename T> [[gnu::always_inline]] inline T take(const uint8_t *&at) {
  T value;
  __builtin_memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

// The address to which accesses through fs are relative, which is also the word there.
[[gnu::always_inline]] inline uintptr_t thread_pointer() {
  uintptr_t pointer;
  __asm__("movq %%fs:0, %0" : "=r"(pointer));
  return pointer;
}

} // namespace detail

// Decodes the instruction at `at` and moves `at` behind it. False if it is none of the two: a debugger's breakpoint
// was set on it, or the code is damaged. Always inlined: one of its callers has no vector registers.
[[gnu::always_inline]] inline bool decode_barrier_operands(const uint8_t *&at,
                                                           const BarrierRegisters &registers,
                                                           BarrierOperands &operands) {
  uintptr_t address = 0;
  // Nearly all begin with a REX prefix.
  for (; (*at & 0xf0) != 0x40 && detail::is_segment_prefix(*at); ++at)
    if (*at == detail::kFsPrefix)
      address = detail::thread_pointer();
  uint8_t rex = (*at & 0xf0) == 0x40 ? *at++ : 0;
  uint8_t opcode = *at++;
  uint8_t operand = *at++;
  unsigned mode = operand >> 6;
  unsigned word = (operand >> 3 & 7) + (rex & detail::kWordHigh ? 8 : 0);
  unsigned base = operand & 7;
  bool has_word = word != detail::kStackPointer;
  if (opcode != detail::kTestOpcode || mode == 3 || (has_word && !(rex & detail::kWide)))
    return false;

  bool relative = false, absolute = false;
  if (base == 4) { // another byte says more
    uint8_t further = *at++;
    unsigned index = (further >> 3 & 7) + (rex & detail::kIndexHigh ? 8 : 0);
    if (index != detail::kStackPointer)
      address += registers.number[index] << (further >> 6);
    base = further & 7;
    absolute = mode == 0 && base == 5;
  } else {
    relative = mode == 0 && base == 5;
  }
  if (!relative && !absolute)
    address += registers.number[base + (rex & detail::kBaseHigh ? 8 : 0)];
  if (mode == 1)
    address += static_cast<intptr_t>(detail::take<int8_t>(at));
  else if (mode == 2 || relative || absolute)
    address += static_cast<intptr_t>(detail::take<int32_t>(at));
  if (relative)
    address += reinterpret_cast<uintptr_t>(at);
  operands = {reinterpret_cast<const void *>(address), has_word ? registers.number[word] : 0};
  return true;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_BARRIER_OPERANDS_H
