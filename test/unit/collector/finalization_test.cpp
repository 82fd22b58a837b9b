//===- test/unit/collector/finalization_test.cpp - The work that finalization does ------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What a cycle does for the dead is counted: it must not grow with what is registered and alive.
//
//===------------------------------------------------------------------------------------------===//

#include "collector/finalization.h"

#include "collector/configuration.h"

#include <tricolor/c.h>

#include <gtest/gtest.h>

namespace tricolor::rt {
namespace {

// Objects that traced memory refers to.
struct Held {
  explicit Held(size_t count) : count(count), objects(new void *[count]) {
    for (size_t i = 0; i < count; ++i)
      objects[i] = tricolor_new_noscan(64);
  }
  ~Held() { delete[] objects; }
  size_t count;
  void **objects;
};

size_t finalized = 0;
void finalize(void *) { ++finalized; }

// Other words where the test's pointers were.
[[gnu::noinline]] void collect() {
  volatile uintptr_t words[64] = {};
  (void)words;
  tricolor_collect();
}

TEST(Finalization, WorkIsThatOfTheDead) {
  constexpr size_t kRegistered = 20000, kDead = 10;
  Held held(kRegistered);
  for (size_t i = 0; i < kRegistered; ++i)
    tricolor_add_finalizer(held.objects[i], finalize);
  collect();
  EXPECT_EQ(last_finalization().dead, 0u);
  // A span has a word for 64 objects; spans of cells and tables of other tests are few.
  EXPECT_LE(last_finalization().bit_words, kRegistered / 64 * 2 + 200);
  for (size_t i = 0; i < kDead; ++i)
    held.objects[i * 1000] = nullptr;
  finalized = 0;
  collect();
  // This frame, which has no map, may keep one of them.
  EXPECT_LE(last_finalization().dead, kDead);
  EXPECT_GE(last_finalization().dead, kDead - 1);
  EXPECT_EQ(last_finalization().finalizers, last_finalization().dead);
  uint64_t queued = last_finalization().finalizers;
  tricolor_run_finalizers();
  EXPECT_EQ(finalized, queued);
  for (size_t i = 0; i < kRegistered; ++i)
    if (held.objects[i])
      tricolor_delete(held.objects[i]);
}

size_t cleaned = 0, arguments_kept = 0;

[[gnu::noinline]] void drop_with_cleanups(size_t count) {
  for (size_t i = 0; i < count; ++i)
    tricolor_add_cleanup(
        tricolor_new_noscan(64),
        [](void *argument) {
          collect();
          ++cleaned;
          arguments_kept += tricolor_is_collected(argument) != 0;
        },
        tricolor_new_noscan(128));
}

TEST(Finalization, QueuedWordsAreRootsUntilTheCallHasReturned) {
  drop_with_cleanups(20);
  for (int i = 0; i < 3; ++i) {
    collect();
    tricolor_run_finalizers();
  }
  EXPECT_GE(cleaned, 15u); // frames without maps may keep some
  EXPECT_EQ(arguments_kept, cleaned);
}

TEST(Finalization, EphemeronChainsTakeFewRounds) {
  constexpr size_t kLength = 3000;
  auto *head = new void *(tricolor_new_noscan(64));
  auto *map = new void *(tricolor_weak_map_new());
  {
    Held nodes(kLength);
    nodes.objects[0] = *head;
    for (size_t i = 0; i + 1 < kLength; ++i)
      tricolor_weak_map_set(*map, nodes.objects[i], nodes.objects[i + 1]);
  }
  collect();
  EXPECT_EQ(tricolor_weak_map_size(*map), kLength - 1);
  void *node = *head;
  for (size_t i = 0; i + 1 < kLength; ++i)
    ASSERT_TRUE(tricolor_weak_map_get(*map, node, &node)) << i;
  node = nullptr;
  *head = nullptr;
  collect();
  EXPECT_LE(tricolor_weak_map_size(*map), 1u);
  delete map;
  delete head;
}

} // namespace
} // namespace tricolor::rt
