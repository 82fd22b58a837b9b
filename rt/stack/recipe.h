//===- rt/stack/recipe.h - How to leave a frame, in a cache line ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the unwind information and the maps say about one return address, worked out once. Nearly
// all frames are Simple: CFA = register + offset, return address at CFA - 8, callee-saved registers
// in the frame. The rest are Complex: their rules are computed anew each time. (They are few: the
// return from a signal handler, PLT stubs, realigned frames of GCC, some assembly code of libc.)
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_RECIPE_H
#define TRICOLOR_RT_STACK_RECIPE_H

#include "stack/frame_rules.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class RecipeKind : uint8_t {
  Unknown, ///< no unwind information, or none that makes sense
  Simple,
  Complex,
};

enum class FrameCaller : uint8_t { Exists, None };

/// The registers that a callee must preserve, by DWARF number; the order of Recipe::saved.
inline constexpr unsigned callee_saved_count = 6;
inline constexpr uint8_t callee_saved_registers[callee_saved_count] = {
    dwarf_register::rbx, dwarf_register::rbp, dwarf_register::r12,
    dwarf_register::r13, dwarf_register::r14, dwarf_register::r15};

constexpr bool is_callee_saved(unsigned number) {
  for (uint8_t saved : callee_saved_registers)
    if (number == saved)
      return true;
  return false;
}

struct Recipe {
  const uint8_t *root_list; ///< null: the call has no map
  uint32_t root_list_bytes;
  // From here on for Simple only.
  int32_t cfa_offset;
  int32_t saved[callee_saved_count]; ///< offsets from the CFA; valid for the bits of saved_mask
  int32_t lowest_saved;              ///< the least of them
  RecipeKind kind;
  uint8_t cfa_register;
  uint8_t saved_mask;
  FrameCaller caller;
};
static_assert(sizeof(Recipe) == 48);

/// Condenses rules into a Simple or Complex recipe, without root list.
Recipe condense(const FrameRules &rules, FrameKind kind);

/// The recipe of the frame that a call will return to, with the call's root list. Slow: see
/// stack/recipe_cache.h.
Recipe make_recipe(uintptr_t return_address);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_RECIPE_H
