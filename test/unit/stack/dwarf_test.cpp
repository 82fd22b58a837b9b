//===- test/unit/stack/dwarf_test.cpp - Expressions, CFA programs, recipes ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/dwarf_expression.h"
#include "stack/eh_frame.h"
#include "stack/frame_rules.h"
#include "stack/recipe.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <vector>

namespace tricolor::rt {
namespace {

using Bytes = std::vector<uint8_t>;

std::optional<uintptr_t> evaluate(const Bytes &code, InitialStack initial = InitialStack::Empty) {
  RegisterState registers = {};
  for (unsigned i = 0; i < 16; ++i)
    registers.gpr[i] = 0x1000 * i;
  registers.pc = 0x77b;
  StackMemory memory = {0, 0};
  uintptr_t value;
  if (!evaluate_expression({code.data(), code.size()}, registers, memory, initial, 0xcfa, &value))
    return std::nullopt;
  return value;
}

TEST(DwarfExpression, Constants) {
  EXPECT_EQ(evaluate({0x30 + 17}), 17u);
  EXPECT_EQ(evaluate({0x08, 0xfe}), 0xfeu);
  EXPECT_EQ(evaluate({0x09, 0xfe}), ~uintptr_t{1});
  EXPECT_EQ(evaluate({0x0a, 0x34, 0x12}), 0x1234u);
  EXPECT_EQ(evaluate({0x0c, 4, 3, 2, 1}), 0x01020304u);
  EXPECT_EQ(evaluate({0x0d, 0xff, 0xff, 0xff, 0xff}), ~uintptr_t{0});
  EXPECT_EQ(evaluate({0x10, 0x80, 0x01}), 128u);
  EXPECT_EQ(evaluate({0x11, 0x7f}), ~uintptr_t{0});
}

TEST(DwarfExpression, RegistersAndInitialStack) {
  EXPECT_EQ(evaluate({0x77, 0x08}), 0x7008u);
  EXPECT_EQ(evaluate({0x77, 0x78}), 0x6ff8u);
  EXPECT_EQ(evaluate({0x50 + 3}), 0x3000u);
  EXPECT_EQ(evaluate({0x92, 0x10, 0x00}), 0x77bu);
  EXPECT_EQ(evaluate({}, InitialStack::Cfa), 0xcfau);
  EXPECT_EQ(evaluate({0x23, 0x06}, InitialStack::Cfa), 0xd00u);
}

TEST(DwarfExpression, Arithmetic) {
  EXPECT_EQ(evaluate({0x37, 0x33, 0x1c}), 4u);                  // 7 - 3
  EXPECT_EQ(evaluate({0x37, 0x33, 0x1e}), 21u);                 // 7 * 3
  EXPECT_EQ(evaluate({0x37, 0x33, 0x1b}), 2u);                  // 7 / 3
  EXPECT_EQ(evaluate({0x37, 0x33, 0x1d}), 1u);                  // 7 % 3
  EXPECT_EQ(evaluate({0x37, 0x33, 0x24}), 56u);                 // 7 << 3
  EXPECT_EQ(evaluate({0x37, 0x1f, 0x19}), 7u);                  // abs(-7)
  EXPECT_EQ(evaluate({0x37, 0x1f, 0x31, 0x26}), ~uintptr_t{3}); // -7 >> 1
  EXPECT_EQ(evaluate({0x37, 0x1f, 0x33, 0x2d}), 1u);            // -7 < 3
  EXPECT_EQ(evaluate({0x37, 0x33, 0x16, 0x1c}), ~uintptr_t{3}); // swap
  EXPECT_EQ(evaluate({0x31, 0x32, 0x33, 0x17, 0x13}), 1u);      // rot, drop: 3 1
  EXPECT_EQ(evaluate({0x31, 0x32, 0x15, 0x01}), 1u);            // pick
}

TEST(DwarfExpression, ConditionOfThePlt) {
  // What linkers write for PLT stubs: rsp + 8 + ((rip & 15) >= 11) * 8.
  Bytes plt = {0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
  EXPECT_EQ(evaluate(plt), 0x7008u + 8); // 0x77b & 15 == 11
}

TEST(DwarfExpression, Jumps) {
  EXPECT_EQ(evaluate({0x31, 0x28, 0x02, 0x00, 0x35, 0x2f, 0x36}), 6u); // over lit5 and skip
  EXPECT_EQ(evaluate({0x31, 0x31, 0x28, 0x01, 0x00, 0x35}), 1u);       // taken over lit5
  EXPECT_EQ(evaluate({0x31, 0x30, 0x28, 0x01, 0x00, 0x35}), 5u);       // not taken
}

TEST(DwarfExpression, Deref) {
  static uintptr_t word = 0x1234567890;
  Bytes code = {0x0e};
  auto address = reinterpret_cast<uintptr_t>(&word);
  for (int i = 0; i < 8; ++i)
    code.push_back(static_cast<uint8_t>(address >> (8 * i)));
  Bytes whole = code, part = code;
  whole.push_back(0x06);
  EXPECT_EQ(evaluate(whole), word);
  part.insert(part.end(), {0x94, 2});
  EXPECT_EQ(evaluate(part), 0x7890u);
}

TEST(DwarfExpression, RefusesNonsense) {
  EXPECT_EQ(evaluate({}), std::nullopt);
  EXPECT_EQ(evaluate({0x22}), std::nullopt);             // no operands
  EXPECT_EQ(evaluate({0x31, 0x30, 0x1b}), std::nullopt); // division by zero
  EXPECT_EQ(evaluate({0x0a, 0x34}), std::nullopt);       // cut off
  EXPECT_EQ(evaluate({0xff}), std::nullopt);             // unknown
  EXPECT_EQ(evaluate({0x2f, 0xfd, 0xff}), std::nullopt); // endless
  EXPECT_EQ(evaluate({0x30, 0x06}), std::nullopt);       // address 0
  EXPECT_EQ(evaluate({0x2f, 0xf0, 0xff}), std::nullopt); // before the begin
  EXPECT_EQ(evaluate(Bytes(100, 0x31)), std::nullopt);   // too deep
  EXPECT_EQ(evaluate({0x50 + 20}), std::nullopt);        // no such register
}

// Rules of a program at `offset` bytes into the function, after the usual CIE program.
std::optional<FrameRules> rules_of(const Bytes &program, uintptr_t offset) {
  static const Bytes cie = {0x0c, 0x07, 0x08, 0x90, 0x01};
  UnwindEntry entry = {};
  entry.function_begin = 0x1000;
  entry.function_end = 0x2000;
  entry.cie_program = cie.data();
  entry.cie_program_end = cie.data() + cie.size();
  entry.program = program.data();
  entry.program_end = program.data() + program.size();
  entry.code_alignment = 1;
  entry.data_alignment = -8;
  entry.pointer_encoding = 0x1b;
  FrameRules rules;
  if (!compute_frame_rules(entry, 0x1000 + offset, &rules))
    return std::nullopt;
  return rules;
}

TEST(FrameRules, FollowThePrologue) {
  // push rbp; mov rbp, rsp
  Bytes program = {0x41, 0x0e, 0x10, 0x86, 0x02, 0x43, 0x0d, 0x06};
  auto at_begin = rules_of(program, 0);
  ASSERT_TRUE(at_begin);
  EXPECT_EQ(at_begin->cfa_register, 7u);
  EXPECT_EQ(at_begin->cfa_offset, 8);
  EXPECT_EQ(at_begin->registers[6].kind, RuleKind::Same);
  EXPECT_EQ(at_begin->registers[16].kind, RuleKind::Saved);
  EXPECT_EQ(at_begin->registers[16].offset, -8);
  auto after_push = rules_of(program, 1);
  EXPECT_EQ(after_push->cfa_offset, 16);
  EXPECT_EQ(after_push->registers[6].offset, -16);
  EXPECT_EQ(after_push->cfa_register, 7u);
  EXPECT_EQ(rules_of(program, 3)->cfa_register, 7u);
  EXPECT_EQ(rules_of(program, 4)->cfa_register, 6u);
}

TEST(FrameRules, RememberAndRestore) {
  // offset 16; remember; advance; offset 8, restore rbp; restore_state
  Bytes program = {0x0e, 0x10, 0x86, 0x02, 0x0a, 0x44, 0x0e, 0x08, 0xc6, 0x44, 0x0b};
  EXPECT_EQ(rules_of(program, 0)->cfa_offset, 16);
  EXPECT_EQ(rules_of(program, 4)->cfa_offset, 8);
  EXPECT_EQ(rules_of(program, 4)->registers[6].kind, RuleKind::Same);
  EXPECT_EQ(rules_of(program, 8)->cfa_offset, 16);
  EXPECT_EQ(rules_of(program, 8)->registers[6].kind, RuleKind::Saved);
}

TEST(FrameRules, AllAdvances) {
  Bytes program = {0x02, 0x10, 0x0e, 0x10, 0x03, 0x00, 0x01, 0x0e,
                   0x18, 0x04, 0x00, 0x04, 0x00, 0x00, 0x0e, 0x20};
  EXPECT_EQ(rules_of(program, 0x0f)->cfa_offset, 8);
  EXPECT_EQ(rules_of(program, 0x10)->cfa_offset, 16);
  EXPECT_EQ(rules_of(program, 0x110)->cfa_offset, 24);
  EXPECT_EQ(rules_of(program, 0x510)->cfa_offset, 32);
}

TEST(FrameRules, OtherRules) {
  Bytes program = {0x07, 0x10, 0x09, 0x03, 0x0c, 0x14, 0x0d, 0x02, 0x0f, 0x03, 0x76, 0x70, 0x06,
                   0x10, 0x0e, 0x02, 0x77, 0x08, 0x16, 0x0f, 0x01, 0x30, 0x2e, 0x10, 0x91, 0x05};
  auto rules = rules_of(program, 0);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->registers[16].kind, RuleKind::Undefined);
  EXPECT_EQ(rules->registers[3].kind, RuleKind::Register);
  EXPECT_EQ(rules->registers[3].offset, 12);
  EXPECT_EQ(rules->registers[13].kind, RuleKind::Value);
  EXPECT_EQ(rules->registers[13].offset, -16);
  EXPECT_EQ(rules->cfa_kind, FrameRules::CfaKind::Expression);
  EXPECT_EQ(rules->cfa_expression.bytes, 3u);
  EXPECT_EQ(rules->registers[14].kind, RuleKind::SavedExpression);
  EXPECT_EQ(rules->registers[15].kind, RuleKind::ValueExpression);
}

TEST(FrameRules, RefuseNonsense) {
  EXPECT_FALSE(rules_of({0x0b}, 0));             // nothing remembered
  EXPECT_FALSE(rules_of({0x0e}, 0));             // cut off
  EXPECT_FALSE(rules_of({0x0f, 0x20, 0x00}, 0)); // block longer than the program
  EXPECT_FALSE(rules_of({0x3d}, 0));             // unknown
  EXPECT_FALSE(rules_of({0x0d, 0x21}, 0));       // CFA from a vector register
  EXPECT_FALSE(rules_of(Bytes(20, 0x0a), 0));    // remembers too much
}

TEST(Recipe, Condensed) {
  auto simple =
      condense(*rules_of({0x0e, 0x10, 0x86, 0x02, 0x0d, 0x06, 0x83, 0x04}, 0), FrameKind::Call);
  EXPECT_EQ(simple.kind, RecipeKind::Simple);
  EXPECT_EQ(simple.cfa_register, 6);
  EXPECT_EQ(simple.cfa_offset, 16);
  EXPECT_EQ(simple.saved_mask, 0b11);
  EXPECT_EQ(simple.saved[0], -32);
  EXPECT_EQ(simple.saved[1], -16);
  EXPECT_EQ(simple.lowest_saved, -32);
  EXPECT_EQ(simple.caller, FrameCaller::Exists);

  auto outermost = condense(*rules_of({0x07, 0x10}, 0), FrameKind::Call);
  EXPECT_EQ(outermost.kind, RecipeKind::Simple);
  EXPECT_EQ(outermost.caller, FrameCaller::None);

  for (const Bytes &program : {Bytes{0x0f, 0x01, 0x30}, Bytes{0x09, 0x03, 0x0c},
                               Bytes{0x10, 0x06, 0x02, 0x76, 0x00}, Bytes{0x09, 0x10, 0x05}})
    EXPECT_EQ(condense(*rules_of(program, 0), FrameKind::Call).kind, RecipeKind::Complex);
  EXPECT_EQ(condense(*rules_of({}, 0), FrameKind::Signal).kind, RecipeKind::Complex);
}

TEST(EhFrame, FindsFunctions) {
  UnwindEntry entry;
  auto address = reinterpret_cast<uintptr_t>(&qsort);
  ASSERT_TRUE(find_unwind_entry(address, &entry));
  EXPECT_GT(entry.function_end, address);
  EXPECT_EQ(entry.kind, FrameKind::Call);
  EXPECT_TRUE(find_unwind_entry(entry.function_end - 1, &entry));
  EXPECT_FALSE(find_unwind_entry(0, &entry));
  EXPECT_FALSE(find_unwind_entry(~uintptr_t{0}, &entry));
  static int data;
  EXPECT_FALSE(find_unwind_entry(reinterpret_cast<uintptr_t>(&data), &entry));
}

TEST(EhFrame, EncodedPointers) {
  auto read = [](uint8_t encoding, const Bytes &bytes) -> std::optional<uintptr_t> {
    const uint8_t *at = bytes.data();
    uintptr_t value;
    if (!read_encoded_pointer(encoding, &at, bytes.data() + bytes.size(), &value))
      return std::nullopt;
    if ((encoding & 0x70) == 0x10)
      value -= reinterpret_cast<uintptr_t>(bytes.data());
    return value;
  };
  EXPECT_EQ(read(0x00, {1, 2, 0, 0, 0, 0, 0, 0}), 0x201u);
  EXPECT_EQ(read(0x01, {0x80, 0x01}), 128u);
  EXPECT_EQ(read(0x02, {1, 2}), 0x201u);
  EXPECT_EQ(read(0x0a, {0xff, 0xff}), ~uintptr_t{0});
  EXPECT_EQ(read(0x1b, {0xfc, 0xff, 0xff, 0xff}), ~uintptr_t{3});
  EXPECT_EQ(read(0x03, {1, 2, 3}), std::nullopt);
  EXPECT_EQ(read(0xff, {1, 2, 3, 4}), std::nullopt);
  EXPECT_EQ(read(0x9b, {1, 2, 3, 4}), std::nullopt);
  EXPECT_EQ(read(0x3b, {1, 2, 3, 4}), std::nullopt);
}

} // namespace
} // namespace tricolor::rt
