//===- rt/stack/recipe_cache.cpp - Recipes by return address --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/recipe_cache.h"

#include "os/pages.h"

#include <atomic>
#include <iterator>

namespace tricolor::rt {

namespace {

// Distinct return addresses that can be kept, 64 bytes each. More: fewer recipes are made again where stacks show more
// code than that at once; fewer: less memory, and fewer cache and TLB misses.
constexpr size_t slot_count_log2 = 13;
// Places where an address may be. More: fewer addresses throw each other out; each miss looks at
// all.
constexpr size_t ways = 4;

constexpr size_t recipe_words = sizeof(Recipe) / sizeof(uint64_t);

struct alignas(64) Slot {
  std::atomic<uint32_t> sequence;
  std::atomic<RecipeGeneration> generation;
  std::atomic<uintptr_t> return_address;
  std::atomic<uint64_t> words[recipe_words];
};
static_assert(sizeof(Slot) == 64);

// On whole pages: touch_recipes().
alignas(os_page_bytes) constinit Slot g_slots[size_t{1} << slot_count_log2];
constinit std::atomic<RecipeGeneration> g_generation{1};
constinit std::atomic<uint32_t> g_suspensions{0};

Slot *set_of(uintptr_t return_address) {
  size_t hash = return_address * 0x9e3779b97f4a7c15u >> (64 - slot_count_log2);
  return &g_slots[hash & ~(ways - 1)];
}

bool holds(const Slot &slot, RecipeGeneration generation, uintptr_t return_address) {
  return slot.return_address.load(std::memory_order_relaxed) == return_address &&
         slot.generation.load(std::memory_order_relaxed) == generation;
}

bool read_slot(const Slot &slot, RecipeGeneration generation, uintptr_t return_address,
               Recipe *recipe) {
  uint32_t sequence = slot.sequence.load(std::memory_order_acquire);
  if ((sequence & 1) || !holds(slot, generation, return_address))
    return false;
  uint64_t words[recipe_words];
  for (size_t i = 0; i < recipe_words; ++i)
    words[i] = slot.words[i].load(std::memory_order_acquire);
  // The acquire loads above keep this one behind them.
  if (slot.sequence.load(std::memory_order_relaxed) != sequence)
    return false;
  __builtin_memcpy(recipe, words, sizeof words);
  return true;
}

void write_slot(Slot &slot, RecipeGeneration generation, uintptr_t return_address,
                const Recipe &recipe) {
  uint32_t sequence = slot.sequence.load(std::memory_order_relaxed);
  if ((sequence & 1) ||
      !slot.sequence.compare_exchange_strong(sequence, sequence + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed))
    return;
  uint64_t words[recipe_words];
  __builtin_memcpy(words, &recipe, sizeof words);
  // Release: a reader that sees one of these also sees the odd sequence.
  slot.return_address.store(return_address, std::memory_order_release);
  slot.generation.store(generation, std::memory_order_release);
  for (size_t i = 0; i < recipe_words; ++i)
    slot.words[i].store(words[i], std::memory_order_release);
  slot.sequence.store(sequence + 2, std::memory_order_release);
}

} // namespace

void touch_recipes() {
  for (size_t i = 0; i < std::size(g_slots); i += os_page_bytes / sizeof(Slot)) {
    uint32_t sequence = g_slots[i].sequence.load(std::memory_order_relaxed);
    // Not an addition of 0: compilers make a load of that, and a load gets the page of zeros.
    g_slots[i].sequence.compare_exchange_strong(sequence, sequence, std::memory_order_relaxed);
  }
}

RecipeGeneration recipe_generation() {
  if (g_suspensions.load(std::memory_order_seq_cst) != 0)
    return 0;
  return g_generation.load(std::memory_order_seq_cst);
}

bool find_cached_recipe(RecipeGeneration generation, uintptr_t return_address, Recipe *recipe) {
  if (generation == 0)
    return false;
  const Slot *set = set_of(return_address);
  for (size_t way = 0; way < ways; ++way)
    if (read_slot(set[way], generation, return_address, recipe))
      return true;
  return false;
}

void cache_recipe(RecipeGeneration generation, uintptr_t return_address, const Recipe &recipe) {
  if (generation == 0)
    return;
  Slot *set = set_of(return_address);
  for (size_t way = 0; way < ways; ++way) {
    if (set[way].generation.load(std::memory_order_relaxed) != generation) {
      write_slot(set[way], generation, return_address, recipe);
      return;
    }
  }
  // All four are in use: which one goes must differ between addresses, or two would fight for one
  // slot while the other three rest.
  write_slot(set[return_address / 5 % ways], generation, return_address, recipe);
}

void forget_recipes() {
  if (g_generation.fetch_add(1, std::memory_order_seq_cst) + 1 == 0)
    g_generation.fetch_add(1, std::memory_order_seq_cst);
}

void suspend_recipes() { g_suspensions.fetch_add(1, std::memory_order_seq_cst); }

void resume_recipes() {
  forget_recipes();
  g_suspensions.fetch_sub(1, std::memory_order_seq_cst);
}

} // namespace tricolor::rt
