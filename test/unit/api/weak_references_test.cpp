//===- test/unit/api/weak_references_test.cpp - Asking while nobody knows ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Weak references between the closing of a cycle and its decision. There is no cycle: the test closes and opens the cells
// as the collector does, so everything is unmarked.
//
//===------------------------------------------------------------------------------------------===//

#include "heap/weak_cell.h"
#include "threads/registry.h"
#include "threads/world.h"

#include <tricolor/c.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace tricolor::rt {
namespace {

// Asks on another thread while cells are closed, calls decide() when that thread waits, and returns its answer.
template <class Ask, class Decide>
void *answer(Ask &&ask, Decide &&decide, WeakClosing closing = WeakClosing::Undecided) {
  weak_cycle_begins();
  weak_close(closing);
  std::atomic<Mutator *> asker{nullptr};
  std::atomic<bool> answered{false};
  void *result = nullptr;
  std::thread thread([&] {
    asker = &current_mutator();
    result = ask();
    answered = true;
  });
  while (!asker)
    std::this_thread::yield();
  while (!answered && !is_parked(*asker.load()))
    std::this_thread::yield();
  EXPECT_FALSE(answered) << "the answer was given before it was known";
  decide();
  thread.join();
  return result;
}

class UndecidedWeakReference : public testing::Test {
protected:
  UndecidedWeakReference() { tricolor_set_gc_percent(-1); }
  ~UndecidedWeakReference() override { tricolor_set_gc_percent(100); }

  void *object = tricolor_new_conservative(64);
  void *reference = tricolor_weak_new(object);
};

TEST_F(UndecidedWeakReference, GivesTheObjectWhenItWasTooEarly) {
  EXPECT_EQ(answer([&] { return tricolor_weak_get(reference); }, [] { weak_open(); }), object);
  EXPECT_EQ(tricolor_weak_get(reference), object);
}

TEST_F(UndecidedWeakReference, GivesNullWhenTheObjectIsDead) {
  EXPECT_EQ(answer([&] { return tricolor_weak_get(reference); }, [] { weak_decide(); }), nullptr);
  weak_open();
}

TEST_F(UndecidedWeakReference, IsTheSameForAnObjectWhenItWasTooEarly) {
  EXPECT_EQ(answer([&] { return tricolor_weak_new(object); }, [] { weak_open(); }), reference);
}

// The decision is that it is dead, but a finalizer may bring it back.
TEST_F(UndecidedWeakReference, IsNotReplacedBeforeCellsAreOpen) {
  EXPECT_EQ(
      answer([&] { return tricolor_weak_new(object); }, [] { weak_open(); }, WeakClosing::Certain),
      reference);
}

} // namespace
} // namespace tricolor::rt
