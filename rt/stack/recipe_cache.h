//===- rt/stack/recipe_cache.h - Recipes by return address ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One table for the process, read and filled by all walkers at once, without locks. A slot is a
// cache line guarded by a sequence number, odd while it is written:
//
//   reader                                      writer
//   1. read the sequence; odd: not found        1. make the sequence odd by compare-and-swap; if
//   that
//   2. copy the slot                               fails, give up: someone else writes here
//   3. read the sequence again; changed:        2. write the slot
//      not found                                3. make the sequence even, one higher
//
// "Not found" is always allowed: the walker then makes the recipe itself. Nothing waits.
//
// Recipes are valid for one generation. Whatever changes the meaning of code addresses starts a new
// one, before the old meaning's memory goes (modules_unregister) or before new frames with these
// addresses are walked (modules_refresh, modules_unload_ended). A walker takes the generation once,
// when the thread it walks stands still already; slots of other generations do not exist for it.
// While an image is being unloaded there is no generation: nothing is found and nothing is kept.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_RECIPE_CACHE_H
#define TRICOLOR_RT_STACK_RECIPE_CACHE_H

#include "stack/recipe.h"

#include <cstdint>

namespace tricolor::rt {

/// Never 0 for a generation that may be used; 0 while nothing may be cached.
using RecipeGeneration = uint32_t;

/// Gives the whole table memory. Called before the first stack is walked: a walk that finds its slots on pages that nobody
/// has written takes two page faults for each, and holds a thread meanwhile. Any thread, at any time.
void touch_recipes();

RecipeGeneration recipe_generation();
bool find_cached_recipe(RecipeGeneration generation, uintptr_t return_address, Recipe *recipe);
void cache_recipe(RecipeGeneration generation, uintptr_t return_address, const Recipe &recipe);

/// Starts a new generation.
void forget_recipes();
/// From the first to the second, which starts a new generation, nothing is cached. Nests.
void suspend_recipes();
void resume_recipes();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_RECIPE_CACHE_H
