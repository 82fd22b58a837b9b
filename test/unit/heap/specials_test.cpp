//===- test/unit/heap/specials_test.cpp - Records of objects, weak cells, ephemerons ----------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/specials.h"

#include "fixture.h"
#include "heap/ephemeron_table.h"
#include "heap/weak_cell.h"
#include "os/perturb.h"

#include <set>

namespace tricolor::rt {
namespace {

using test::Cache;

struct SpecialsTest : test::HeapTest {
  Cache cache;

  ObjectRef object(size_t bytes = 64) { return find_object(cache.noscan(bytes)); }
  static std::vector<SpecialKind> kinds(const ObjectRef &object) {
    std::vector<SpecialKind> found;
    specials_find(object, [&](const Special *special) {
      found.push_back(special->kind);
      return false;
    });
    return found;
  }
  static std::set<uint32_t> dead(const ObjectRef &object) {
    std::set<uint32_t> found;
    for_each_dead_special(*object.span->specials.load(),
                          [&](uint32_t index) { found.insert(index); });
    return found;
  }
};

TEST_F(SpecialsTest, RecordsKeepTheirOrderAndGoWithTheObject) {
  ObjectRef one = object(), two = object();
  specials_add(one, new_special(SpecialKind::Finalizer, 1, 2));
  specials_add(two, new_special(SpecialKind::Finalizer, 3, 4));
  specials_add(one, new_cleanup(5, 6));
  EXPECT_EQ(kinds(one), (std::vector{SpecialKind::Finalizer, SpecialKind::Cleanup}));
  EXPECT_EQ(kinds(two), (std::vector{SpecialKind::Finalizer}));
  Special *taken = specials_take(
      one, [](const Special *special) { return special->kind == SpecialKind::Cleanup; });
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(taken->word, 6u);
  EXPECT_EQ(taken->next, nullptr);
  free_special(taken);
  EXPECT_EQ(kinds(one), (std::vector{SpecialKind::Finalizer}));
  EXPECT_EQ(free_object(one.base), FreeResult::Freed);
  EXPECT_TRUE(kinds(one).empty());
  EXPECT_EQ(free_object(two.base), FreeResult::Freed);
}

TEST_F(SpecialsTest, TheDeadAreThoseWithRecordsAndWithoutMark) {
  ObjectRef plain = object(), dead_one = object(), live_one = object();
  ASSERT_EQ(dead_one.span, live_one.span);
  for (const ObjectRef &registered : {dead_one, live_one})
    specials_add(registered, new_special(SpecialKind::Finalizer, 1, 2));
  mark_object(live_one);
  EXPECT_EQ(dead(dead_one), std::set<uint32_t>{dead_one.index});
  dead_one.span->mark_bits.get()[live_one.index / 64] = 0;
  for (const ObjectRef &one : {plain, dead_one, live_one})
    free_object(one.base);
  EXPECT_TRUE(dead(dead_one).empty());
}

TEST_F(SpecialsTest, SpansOfTypesWithDestructorsAreLookedAtAsAWhole) {
  test::Descriptor descriptor("Destroyed", 48, {});
  descriptor.type.destroy = [](void *) {};
  const TypeInfo *type = intern_type(&descriptor.type);
  EXPECT_FALSE(type->noscan());
  ObjectRef one = find_object(cache.of_type(type));
  ObjectRef array = find_object(cache.array_of(type, 96));
  ObjectRef large = find_object(cache.array_of(type, 480000));
  for (const ObjectRef &object : {one, array, large}) {
    EXPECT_TRUE(dead(object).count(object.index));
    EXPECT_EQ(object_layout(object).type, type);
    EXPECT_FALSE(is_destructor_queued(object));
    set_destructor_queued(object);
    EXPECT_TRUE(is_destructor_queued(object));
    free_object(object.base);
  }
  EXPECT_FALSE(is_destructor_queued(one));
}

// Two images' descriptors that differ in the destructor only are two types, and an image that goes takes its own.
TEST_F(SpecialsTest, DestructorsGoWithTheirImages) {
  test::Descriptor first("Twice", 24, {}), second("Twice", 24, {}), again("Twice", 24, {});
  first.type.destroy = [](void *) {};
  second.type.destroy = [](void *word) { *static_cast<int *>(word) = 1; };
  again.type.destroy = first.type.destroy;
  const TypeInfo *one = intern_type(&first.type), *two = intern_type(&second.type);
  EXPECT_NE(one, two);
  EXPECT_EQ(intern_type(&again.type), one);
  auto gone = reinterpret_cast<uintptr_t>(first.type.destroy);
  types_forget_destructors(
      [](const void *context, uintptr_t code) {
        return code == *static_cast<const uintptr_t *>(context);
      },
      &gone);
  EXPECT_EQ(one->destructor(), nullptr);
  EXPECT_EQ(two->destructor(), second.type.destroy);
}

struct WeakCellTest : SpecialsTest {
  std::vector<uintptr_t> cells;

  WeakCell *new_cell() {
    cells.push_back(cache.noscan(sizeof(WeakCell)));
    return reinterpret_cast<WeakCell *>(cells.back());
  }
  // Other tests want a heap without objects.
  void TearDown() override {
    for (uintptr_t cell : cells)
      free_object(cell);
    SpecialsTest::TearDown();
  }
  WeakCell *cell_for(const ObjectRef &target) {
    if (WeakCell *cell = *weak_cell_of(target, WeakLoad::Plain))
      return cell;
    return *weak_cell_attach(target, new_cell(), WeakLoad::Plain);
  }
  // Nobody knows whether the target's cell lives: it is not given out, and another does not take its place.
  void expect_cell_unknown(const ObjectRef &target, WeakLoad load) {
    EXPECT_EQ(weak_cell_of(target, load), std::nullopt);
    WeakCell *late = new_cell();
    EXPECT_EQ(weak_cell_attach(target, late, load), std::nullopt);
    EXPECT_EQ(late->target, 0u);
  }
};

TEST_F(WeakCellTest, IsOneForAnObject) {
  ObjectRef target = object();
  WeakCell *cell = cell_for(target);
  EXPECT_EQ(cell_for(target), cell);
  auto *late = new_cell();
  EXPECT_EQ(weak_cell_attach(target, late, WeakLoad::Plain), cell);
  EXPECT_EQ(weak_target(cell, WeakLoad::Remembered), target.base);
  EXPECT_EQ(weak_target(late, WeakLoad::Remembered), 0u);
  free_object(target.base);
  EXPECT_EQ(weak_target(cell, WeakLoad::Remembered), 0u);
}

TEST_F(WeakCellTest, ADeadCellIsForgotten) {
  ObjectRef target = object();
  free_object(reinterpret_cast<uintptr_t>(cell_for(target)));
  EXPECT_TRUE(kinds(target).empty());
  free_object(target.base);
}

// While cells are closed only what is marked, or was loaded before, is found.
TEST_F(WeakCellTest, ClosedCellsGiveMarkedTargetsOnly) {
  ObjectRef marked = object(), unmarked = object(), loaded = object();
  WeakCell *marked_cell = cell_for(marked), *unmarked_cell = cell_for(unmarked),
           *loaded_cell = cell_for(loaded);
  weak_close(WeakClosing::Certain);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), 0u);
  weak_open();
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), loaded.base);
  weak_close(WeakClosing::Certain);
  mark_object(marked);
  EXPECT_EQ(weak_target(marked_cell, WeakLoad::Remembered), marked.base);
  EXPECT_EQ(weak_target(unmarked_cell, WeakLoad::Remembered), 0u);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), loaded.base);
  weak_open();
  weak_close(WeakClosing::Certain); // what was loaded in the opening before counts no more
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), 0u);
  weak_open();
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), loaded.base);
  weak_cycle_begins(); // nor what was remembered in the cycle before
  weak_close(WeakClosing::Certain);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), 0u);
  weak_open();
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Plain),
            loaded.base); // nor what nobody has remembered
  weak_close(WeakClosing::Certain);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), 0u);
  expect_cell_unknown(unmarked, WeakLoad::Plain); // a finalizer may bring it back
  std::thread asks([&] {
    weak_await_opening();
    EXPECT_EQ(weak_cell_of(unmarked, WeakLoad::Plain), unmarked_cell);
  });
  weak_open();
  asks.join();
  marked.span->mark_bits.get()[marked.index / 64] = 0;
  for (const ObjectRef &one : {marked, unmarked, loaded})
    free_object(one.base);
}

// Who asks after cells were closed is told that a dead object is dead, also when its cell is cleared in the middle of the
// asking, and then either all are opened or the object is marked, because a finalizer gets it.
TEST_F(WeakCellTest, TheDeadDoNotComeBack) {
  constexpr uint64_t kRounds = 3000;
  ObjectRef dead = object();
  WeakCell *cell = cell_for(dead);
  std::atomic<uint64_t> closed{0}; // the round whose cells were closed, 0 while the object is there
  std::atomic<uint64_t> asked{0};
  std::atomic<bool> over{false};
  uint64_t wrong = 0;
  set_perturbation(1);
  std::thread asks([&] {
    while (!over) {
      uint64_t before = closed;
      std::optional<uintptr_t> target = weak_target(cell, WeakLoad::Plain);
      wrong += before != 0 && target.value_or(0) != 0; // nothing: to be asked again
      ++asked;
    }
  });
  auto await_answer = [&] {
    for (uint64_t seen = asked; asked == seen;)
      std::this_thread::yield();
  };
  for (uint64_t round = 1; round <= kRounds; ++round) {
    weak_cycle_begins();
    weak_close(WeakClosing::Certain);
    closed = round;
    await_answer(); // the next one is to a question of this round
    for (uint64_t i = 0; i < round % 256; ++i)
      __builtin_ia32_pause();
    weak_clear(reinterpret_cast<uintptr_t>(cell));
    if (round % 2) {
      mark_object(dead);
      await_answer();
    }
    weak_open();
    await_answer();
    closed = 0;
    await_answer(); // nobody asks for the round that is over
    dead.span->mark_bits.get()[dead.index / 64] = 0;
    cell->target = dead.base;
  }
  over = true;
  asks.join();
  set_perturbation(0);
  EXPECT_EQ(wrong, 0u);
  free_object(dead.base);
}

// Until the collector has decided, nobody is told that an object is dead: it may find one that refers to it.
TEST_F(WeakCellTest, UndecidedCellsGiveNoAnswer) {
  ObjectRef unmarked = object(), loaded = object(), marked = object(), dead = object();
  WeakCell *unmarked_cell = cell_for(unmarked), *loaded_cell = cell_for(loaded),
           *marked_cell = cell_for(marked), *dead_cell = cell_for(dead);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), loaded.base);
  mark_object(marked);
  weak_clear(reinterpret_cast<uintptr_t>(dead_cell));
  weak_close(WeakClosing::Undecided);
  EXPECT_EQ(weak_target(loaded_cell, WeakLoad::Remembered), loaded.base);
  EXPECT_EQ(weak_target(marked_cell, WeakLoad::Remembered), marked.base);
  EXPECT_EQ(weak_target(dead_cell, WeakLoad::Remembered), 0u);
  EXPECT_EQ(weak_target(unmarked_cell, WeakLoad::Remembered), std::nullopt);
  expect_cell_unknown(unmarked, WeakLoad::Remembered);
  std::thread asks([&] {
    weak_await_decision();
    EXPECT_EQ(weak_target(unmarked_cell, WeakLoad::Remembered), unmarked.base);
  });
  weak_open();
  asks.join();
  EXPECT_EQ(weak_cell_of(unmarked, WeakLoad::Remembered), unmarked_cell);
  weak_cycle_begins();
  weak_close(WeakClosing::Undecided);
  EXPECT_EQ(weak_target(unmarked_cell, WeakLoad::Remembered), std::nullopt);
  weak_decide();
  weak_await_decision();
  EXPECT_EQ(weak_target(unmarked_cell, WeakLoad::Remembered), 0u);
  EXPECT_EQ(weak_cell_of(unmarked, WeakLoad::Remembered), std::nullopt);
  weak_open();
  marked.span->mark_bits.get()[marked.index / 64] = 0;
  for (const ObjectRef &one : {unmarked, loaded, marked, dead})
    free_object(one.base);
}

TEST_F(SpecialsTest, EphemeronsAreFoundByKeyAndGoWithIt) {
  ObjectRef handle = object(16), other_handle = object(16), key = object(), second = object();
  ephemeron_table_begin(handle);
  ephemeron_table_begin(other_handle);
  EphemeronTable *table = ephemeron_table_of(handle.base);
  EphemeronTable *other = ephemeron_table_of(other_handle.base);
  ephemeron_set(table, key, 1);
  ephemeron_set(other, key, 2);
  ephemeron_set(table, second, 3);
  ephemeron_set(table, key, 4);
  EXPECT_EQ(ephemeron_find(table, key).word, 4u);
  EXPECT_EQ(ephemeron_find(other, key).word, 2u);
  EXPECT_FALSE(ephemeron_find(other, second).there);
  EXPECT_EQ(ephemeron_count(table), 2u);
  free_object(key.base);
  EXPECT_EQ(ephemeron_count(table), 1u);
  EXPECT_EQ(ephemeron_count(other), 0u);
  EXPECT_TRUE(ephemeron_remove(table, second).there);
  EXPECT_FALSE(ephemeron_remove(table, second).there);
  ephemeron_set(table, second, 5);
  free_object(handle.base); // the table ends, its keys know nothing of it
  EXPECT_TRUE(kinds(second).empty());
  free_object(second.base);
  free_object(other_handle.base);
}

TEST_F(SpecialsTest, ArgumentsOfCleanupsAreRootsUntilMarkingIsOver) {
  ObjectRef target = object(), argument = object();
  specials_add(target, new_cleanup(1, argument.base));
  specials_add(target, new_cleanup(1, 12345));
  auto roots = [] {
    std::vector<uintptr_t> found;
    visit_cleanup_arguments(&found, [](void *context, uintptr_t word) {
      static_cast<std::vector<uintptr_t> *>(context)->push_back(word);
    });
    return found;
  };
  EXPECT_EQ(roots(), std::vector<uintptr_t>{argument.base});
  free_object(target.base);
  EXPECT_EQ(roots(), std::vector<uintptr_t>{argument.base});
  forget_dropped_arguments();
  EXPECT_TRUE(roots().empty());
  free_object(argument.base);
}

} // namespace
} // namespace tricolor::rt
