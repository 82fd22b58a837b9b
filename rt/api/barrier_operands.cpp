//===- rt/api/barrier_operands.cpp - The instructions that a barrier has as arguments ---------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/barrier_operands.h"

#include "os/fatal.h"

#include <string.h>

namespace tricolor::rt {

namespace {

constexpr uint8_t kFsPrefix = 0x64;
constexpr uint8_t kTestOpcode = 0x85;
constexpr unsigned kStackPointer = 4; // as a word: none; as an index: none

// Bits of a REX prefix.
constexpr uint8_t kWide = 8, kWordHigh = 4, kIndexHigh = 2, kBaseHigh = 1;

// Prefixes of the other segments mean nothing: assemblers lengthen instructions by them.
bool is_segment_prefix(uint8_t byte) {
  return byte == kFsPrefix || byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e;
}

template <typename T> T take(const uint8_t *&at) {
  T value;
  memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

// The address to which accesses through fs are relative, which is also the word there.
uintptr_t thread_pointer() {
  uintptr_t pointer;
  __asm__("movq %%fs:0, %0" : "=r"(pointer));
  return pointer;
}

} // namespace

BarrierOperands decode_barrier_operands(const uint8_t *&at, const BarrierRegisters &registers) {
  uintptr_t address = 0;
  for (; is_segment_prefix(*at); ++at)
    if (*at == kFsPrefix)
      address = thread_pointer();
  uint8_t rex = (*at & 0xf0) == 0x40 ? *at++ : 0;
  uint8_t opcode = *at++;
  uint8_t operand = *at++;
  unsigned mode = operand >> 6;
  unsigned word = (operand >> 3 & 7) + (rex & kWordHigh ? 8 : 0);
  unsigned base = operand & 7;
  bool has_word = word != kStackPointer;
  if (opcode != kTestOpcode || mode == 3 || (has_word && !(rex & kWide)))
    fatal("the instruction behind a barrier's call is not its slot",
          "a breakpoint there hides it; set it at the call");

  bool relative = false, absolute = false;
  if (base == 4) { // another byte says more
    uint8_t further = *at++;
    unsigned index = (further >> 3 & 7) + (rex & kIndexHigh ? 8 : 0);
    if (index != kStackPointer)
      address += registers.number[index] << (further >> 6);
    base = further & 7;
    absolute = mode == 0 && base == 5;
  } else {
    relative = mode == 0 && base == 5;
  }
  if (!relative && !absolute)
    address += registers.number[base + (rex & kBaseHigh ? 8 : 0)];
  if (mode == 1)
    address += static_cast<intptr_t>(take<int8_t>(at));
  else if (mode == 2 || relative || absolute)
    address += static_cast<intptr_t>(take<int32_t>(at));
  if (relative)
    address += reinterpret_cast<uintptr_t>(at);
  return {reinterpret_cast<const void *>(address), has_word ? registers.number[word] : 0};
}

} // namespace tricolor::rt
