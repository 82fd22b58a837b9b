//===- rt/stack/recipe.cpp - How to leave a frame, in a cache line --------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/recipe.h"

#include "stack/modules.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

constexpr int64_t return_address_offset = -8;
// No frame is larger: what does not fit goes the slow way.
constexpr int64_t offset_limit = int64_t{1} << 30;

bool fits(int64_t offset) { return offset > -offset_limit && offset < offset_limit; }

bool saved_below_cfa(const RegisterRule &rule) {
  return rule.kind == RuleKind::Saved && rule.offset <= return_address_offset && fits(rule.offset);
}

} // namespace

Recipe condense(const FrameRules &rules, FrameKind kind) {
  Recipe recipe = {};
  recipe.kind = RecipeKind::Complex;
  const RegisterRule &back = rules.registers[dwarf_register::return_address];
  const RegisterRule &stack_pointer = rules.registers[dwarf_register::rsp];
  bool ends = back.kind == RuleKind::Undefined;
  bool ordinary_return = back.kind == RuleKind::Saved && back.offset == return_address_offset;
  if (kind == FrameKind::Signal || rules.cfa_kind != FrameRules::CfaKind::RegisterOffset ||
      !fits(rules.cfa_offset) || !(ends || ordinary_return) || stack_pointer.kind != RuleKind::Same)
    return recipe;
  for (unsigned i = 0; i < callee_saved_count; ++i) {
    const RegisterRule &rule = rules.registers[callee_saved_registers[i]];
    if (rule.kind == RuleKind::Same || rule.kind == RuleKind::Undefined)
      continue;
    if (!saved_below_cfa(rule))
      return recipe;
    recipe.saved[i] = static_cast<int32_t>(rule.offset);
    recipe.saved_mask |= static_cast<uint8_t>(1u << i);
    recipe.lowest_saved = std::min(recipe.lowest_saved, recipe.saved[i]);
  }
  // The entry of a poll saves the other registers too, which the map of its caller may list.
  for (unsigned number = 0; number < dwarf_register::return_address; ++number)
    if (!is_callee_saved(number) && rules.registers[number].kind != RuleKind::Same &&
        rules.registers[number].kind != RuleKind::Undefined && number != dwarf_register::rsp)
      return recipe;
  recipe.kind = RecipeKind::Simple;
  recipe.cfa_register = static_cast<uint8_t>(rules.cfa_register);
  recipe.cfa_offset = static_cast<int32_t>(rules.cfa_offset);
  recipe.caller = ends ? FrameCaller::None : FrameCaller::Exists;
  return recipe;
}

Recipe make_recipe(uintptr_t return_address) {
  UnwindEntry entry;
  FrameRules rules;
  Recipe recipe = {};
  // The call is before its return address, which may already belong to another function.
  if (find_unwind_entry(return_address - 1, &entry) &&
      compute_frame_rules(entry, return_address - 1, &rules))
    recipe = condense(rules, entry.kind);
  size_t bytes;
  recipe.root_list = find_root_list(return_address, &bytes);
  recipe.root_list_bytes = recipe.root_list ? static_cast<uint32_t>(bytes) : 0;
  return recipe;
}

} // namespace tricolor::rt
