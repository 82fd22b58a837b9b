//===- test/unit/api/barrier_operands_test.cpp - Slots and words in instructions ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each kind of address that the instruction set has, as the assembler encodes it.
//
//===------------------------------------------------------------------------------------------===//

#include "api/barrier_operands.h"

#include <gtest/gtest.h>

using namespace tricolor::rt;

namespace {

// The code of an instruction that is not executed, and what is behind it.
struct Encoded {
  const uint8_t *begin, *end;
};
#define ENCODED(TEXT)                                                                              \
  ([] {                                                                                            \
    Encoded code;                                                                                  \
    __asm__("leaq 771f(%%rip), %0\n\tleaq 772f(%%rip), %1\n\tjmp 772f\n771:\t" TEXT "\n772:"       \
            : "=&r"(code.begin), "=&r"(code.end));                                                 \
    return code;                                                                                   \
  }())

enum Register { Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15 };

constexpr uintptr_t value_of(Register number) { return (number + 1) * 0x100000; }

BarrierRegisters registers() {
  BarrierRegisters all;
  for (int i = Rax; i <= R15; ++i)
    all.number[i] = value_of(static_cast<Register>(i));
  return all;
}

void expect(Encoded code, uintptr_t slot, uintptr_t word) {
  const uint8_t *at = code.begin;
  BarrierOperands operands;
  ASSERT_TRUE(decode_barrier_operands(at, registers(), operands));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(operands.slot), slot);
  EXPECT_EQ(operands.word, word);
  EXPECT_EQ(at, code.end);
}

// Named by the assembly.
[[gnu::used]] uintptr_t g_word;

TEST(BarrierOperands, BaseAndDistance) {
  expect(ENCODED("testq %%rcx, (%%rax)"), value_of(Rax), value_of(Rcx));
  expect(ENCODED("testq %%r15, (%%r8)"), value_of(R8), value_of(R15));
  expect(ENCODED("testq %%r12, 8(%%rdi)"), value_of(Rdi) + 8, value_of(R12));
  expect(ENCODED("testq %%rbx, -8(%%r9)"), value_of(R9) - 8, value_of(Rbx));
  expect(ENCODED("testq %%rsi, 0x12345(%%r10)"), value_of(R10) + 0x12345, value_of(Rsi));
  expect(ENCODED("testq %%rdi, -0x12345(%%rdx)"), value_of(Rdx) - 0x12345, value_of(Rdi));
}

TEST(BarrierOperands, BasesThatTheEncodingTreatsAsSpecial) {
  expect(ENCODED("testq %%rax, (%%rsp)"), value_of(Rsp), value_of(Rax));
  expect(ENCODED("testq %%rax, 8(%%rsp)"), value_of(Rsp) + 8, value_of(Rax));
  expect(ENCODED("testq %%rax, (%%r12)"), value_of(R12), value_of(Rax));
  expect(ENCODED("testq %%rax, (%%rbp)"), value_of(Rbp), value_of(Rax));
  expect(ENCODED("testq %%rax, (%%r13)"), value_of(R13), value_of(Rax));
}

TEST(BarrierOperands, IndexAndScale) {
  expect(ENCODED("testq %%rdx, (%%rax,%%rbx,8)"), value_of(Rax) + 8 * value_of(Rbx), value_of(Rdx));
  expect(ENCODED("testq %%rdx, 24(%%rax,%%r12)"), value_of(Rax) + value_of(R12) + 24,
         value_of(Rdx));
  expect(ENCODED("testq %%r8, (%%r13,%%r14,4)"), value_of(R13) + 4 * value_of(R14), value_of(R8));
  expect(ENCODED("testq %%r8, 0x1000(%%rbp,%%rcx,2)"), value_of(Rbp) + 2 * value_of(Rcx) + 0x1000,
         value_of(R8));
  expect(ENCODED("testq %%rax, 64(,%%rcx,8)"), 8 * value_of(Rcx) + 64, value_of(Rax));
  expect(ENCODED("testq %%rax, 0x4000"), 0x4000, value_of(Rax));
}

TEST(BarrierOperands, Variables) {
  expect(ENCODED("testq %%r11, _ZN12_GLOBAL__N_16g_wordE(%%rip)"),
         reinterpret_cast<uintptr_t>(&g_word), value_of(R11));
  uintptr_t begin = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  expect(ENCODED("testq %%r11, %%fs:-64"), begin - 64, value_of(R11));
  expect(ENCODED("testq %%r11, %%fs:8(%%rax)"), begin + 8 + value_of(Rax), value_of(R11));
}

// GNU as lengthens instructions in front of a branch (-Wa,-mbranches-within-32B-boundaries) by prefixes that
// mean nothing in this mode.
TEST(BarrierOperands, Padding) {
  expect(ENCODED(".byte 0x2e,0x2e,0x2e,0x2e\n\ttestq %%rsi, (%%rax,%%r8,8)"),
         value_of(Rax) + 8 * value_of(R8), value_of(Rsi));
  expect(ENCODED(".byte 0x3e\n\ttestl %%esp, 8(%%r12)"), value_of(R12) + 8, 0);
  expect(ENCODED(".byte 0x36,0x26\n\ttestq %%rdi, 16(%%rsp)"), value_of(Rsp) + 16, value_of(Rdi));
  uintptr_t begin = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  expect(ENCODED(".byte 0x64,0x64\n\ttestq %%r11, %%fs:-64"), begin - 64, value_of(R11));
  expect(ENCODED(".byte 0x2e\n\ttestq %%r11, %%fs:-64"), begin - 64, value_of(R11));
}

TEST(BarrierOperands, NoObject) {
  expect(ENCODED("testl %%esp, (%%rax)"), value_of(Rax), 0);
  expect(ENCODED("testl %%esp, 16(%%r14,%%r15,8)"), value_of(R14) + 8 * value_of(R15) + 16, 0);
  // What __builtin_setjmp stores.
  expect(ENCODED("testq %%rsp, (%%rcx)"), value_of(Rcx), 0);
  expect(ENCODED("testq %%rsp, _ZN12_GLOBAL__N_16g_wordE(%%rip)"),
         reinterpret_cast<uintptr_t>(&g_word), 0);
}

TEST(BarrierOperands, NothingElseIsTakenForOne) {
  for (Encoded code : {ENCODED("int3\n\tnop\n\tnop"), ENCODED("testq %%rax, %%rax"),
                       ENCODED("testl %%eax, (%%rcx)"), ENCODED("movq %%rax, (%%rcx)"),
                       ENCODED("testb %%al, (%%rcx)")}) {
    const uint8_t *at = code.begin;
    BarrierOperands operands;
    EXPECT_FALSE(decode_barrier_operands(at, registers(), operands));
  }
}

} // namespace
