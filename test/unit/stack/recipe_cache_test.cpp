//===- test/unit/stack/recipe_cache_test.cpp - Generations, suspension, races ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/recipe_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {
namespace {

Recipe recipe_for(uintptr_t pc) {
  Recipe recipe = {};
  recipe.kind = RecipeKind::Simple;
  recipe.root_list = reinterpret_cast<const uint8_t *>(pc);
  recipe.cfa_offset = static_cast<int32_t>(pc * 3);
  for (unsigned i = 0; i < callee_saved_count; ++i)
    recipe.saved[i] = static_cast<int32_t>(pc + i);
  recipe.lowest_saved = static_cast<int32_t>(~pc);
  return recipe;
}

bool is_recipe_for(const Recipe &recipe, uintptr_t pc) {
  Recipe expected = recipe_for(pc);
  return __builtin_memcmp(&recipe, &expected, sizeof recipe) == 0;
}

TEST(RecipeCache, KeepsWhatItIsGiven) {
  forget_recipes();
  RecipeGeneration generation = recipe_generation();
  Recipe recipe;
  EXPECT_FALSE(find_cached_recipe(generation, 0x1234, &recipe));
  cache_recipe(generation, 0x1234, recipe_for(0x1234));
  ASSERT_TRUE(find_cached_recipe(generation, 0x1234, &recipe));
  EXPECT_TRUE(is_recipe_for(recipe, 0x1234));
}

TEST(RecipeCache, ForgetsWithTheGeneration) {
  RecipeGeneration generation = recipe_generation();
  cache_recipe(generation, 0x1234, recipe_for(0x1234));
  forget_recipes();
  Recipe recipe;
  EXPECT_NE(recipe_generation(), generation);
  EXPECT_FALSE(find_cached_recipe(recipe_generation(), 0x1234, &recipe));
}

TEST(RecipeCache, IsNotUsedWhileSuspended) {
  RecipeGeneration generation = recipe_generation();
  suspend_recipes();
  suspend_recipes();
  EXPECT_EQ(recipe_generation(), 0u);
  cache_recipe(recipe_generation(), 0x4321, recipe_for(0x4321));
  resume_recipes();
  EXPECT_EQ(recipe_generation(), 0u);
  resume_recipes();
  Recipe recipe;
  EXPECT_NE(recipe_generation(), generation);
  EXPECT_FALSE(find_cached_recipe(recipe_generation(), 0x4321, &recipe));
  EXPECT_FALSE(find_cached_recipe(0, 0x4321, &recipe));
}

TEST(RecipeCache, HoldsThousands) {
  forget_recipes();
  RecipeGeneration generation = recipe_generation();
  constexpr uintptr_t count = 2000;
  for (uintptr_t i = 0; i < count; ++i)
    cache_recipe(generation, 0x400000 + i * 37, recipe_for(i));
  size_t found = 0;
  for (uintptr_t i = 0; i < count; ++i) {
    Recipe recipe;
    if (find_cached_recipe(generation, 0x400000 + i * 37, &recipe)) {
      EXPECT_TRUE(is_recipe_for(recipe, i));
      ++found;
    }
  }
  EXPECT_GT(found, count * 9 / 10);
}

TEST(RecipeCache, NeverMixesRecipes) {
  forget_recipes();
  RecipeGeneration generation = recipe_generation();
  // More addresses than places, so that slots are overwritten all the time.
  constexpr uintptr_t count = 20000;
  std::atomic<size_t> found{0}, wrong{0};
  auto work = [&](uintptr_t seed) {
    for (uintptr_t i = 0; i < 200000; ++i) {
      uintptr_t pc = 1 + (i * 7919 + seed) % count;
      Recipe recipe;
      if (!find_cached_recipe(generation, pc, &recipe)) {
        cache_recipe(generation, pc, recipe_for(pc));
        continue;
      }
      found.fetch_add(1, std::memory_order_relaxed);
      if (!is_recipe_for(recipe, pc))
        wrong.fetch_add(1, std::memory_order_relaxed);
    }
  };
  std::thread other(work, 5000);
  work(0);
  other.join();
  EXPECT_GT(found, 0u);
  EXPECT_EQ(wrong, 0u);
}

enum class Table : uint8_t { AsItIs, Touched };

/// Page faults of a thousand addresses in a child, where no page of the table has been written yet.
long faults_of_filling(Table table) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  pid_t child = fork();
  if (child == 0) {
    forget_recipes(); // of other tests
    if (table == Table::Touched)
      touch_recipes();
    rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (uintptr_t pc = 1; pc <= 1000; ++pc) {
      Recipe recipe;
      if (!find_cached_recipe(recipe_generation(), pc * 37, &recipe))
        cache_recipe(recipe_generation(), pc * 37, recipe_for(pc));
    }
    getrusage(RUSAGE_SELF, &after);
    long faults = after.ru_minflt - before.ru_minflt;
    _exit(write(pipe_ends[1], &faults, sizeof faults) != sizeof faults);
  }
  close(pipe_ends[1]); // or the end of a child that crashes would not be seen
  long faults = 0;
  EXPECT_EQ(read(pipe_ends[0], &faults, sizeof faults), static_cast<ssize_t>(sizeof faults));
  int status = 0;
  EXPECT_GT(child, 0);
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  close(pipe_ends[0]);
  return faults;
}

TEST(RecipeCache, NoPageFaultsOnceItIsTouched) {
  long untouched = faults_of_filling(Table::AsItIs);
  long touched = faults_of_filling(Table::Touched);
  // 128 pages, of which a sanitizer's own are not counted in.
  EXPECT_GT(untouched, 100);
  EXPECT_LT(touched, untouched - 100);
}

} // namespace
} // namespace tricolor::rt
