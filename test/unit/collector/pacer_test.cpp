//===- test/unit/collector/pacer_test.cpp - When a cycle starts -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/pacer.h"

#include "collector/options.h"

#include <gtest/gtest.h>

namespace tricolor::rt {
namespace {

constexpr uint64_t kMiB = 1 << 20;

TEST(Pacer, TheGoalGrowsWithWhatIsLive) {
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 0, 100)), 200.0 * kMiB, kMiB);
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 0, 50)), 150.0 * kMiB, kMiB);
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 0, 800)), 900.0 * kMiB, kMiB);
}

TEST(Pacer, SmallHeapsHaveALeastGoal) {
  EXPECT_GE(goal_for(0, 0, 100), kLeastGoal - 100);
  EXPECT_LE(goal_for(0, 0, 100), kLeastGoal);
  EXPECT_NEAR(static_cast<double>(goal_for(0, 0, 25)), kLeastGoal / 4.0, 1000);
}

TEST(Pacer, OffIsNever) { EXPECT_EQ(goal_for(kMiB, 0, kGcPercentOff), UINT64_MAX); }

TEST(Pacer, HugeHeapsDoNotOverflow) {
  uint64_t tebibyte = uint64_t{1} << 40;
  EXPECT_GT(goal_for(tebibyte, 0, 100'000), 1000 * tebibyte);
}

TEST(Pacer, StacksAndGlobalsCountTowardsTheGoal) {
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 20 * kMiB, 100)), 220.0 * kMiB, kMiB);
}

TEST(Pacer, ExpectsAsMuchWorkAByteAsBefore) {
  EXPECT_EQ(expected_work_for(0, 0, 4 * kMiB), 2 * kMiB); // nothing is known yet
  EXPECT_EQ(expected_work_for(2 * kMiB, 200 * kMiB, 400 * kMiB), 4 * kMiB);
  EXPECT_EQ(expected_work_for(200 * kMiB, 200 * kMiB, 400 * kMiB), 400 * kMiB);
  // No less than before, when much was deleted, and no more than there is.
  EXPECT_EQ(expected_work_for(2 * kMiB, 200 * kMiB, 100 * kMiB), 2 * kMiB);
  EXPECT_EQ(expected_work_for(300 * kMiB, 200 * kMiB, 400 * kMiB), 400 * kMiB);
  EXPECT_EQ(expected_work_for(0, 200 * kMiB, 400 * kMiB), 0u);
}

TEST(Pacer, TheTriggerFindsTheGoal) {
  // A program whose marking takes 20 % of the way, with the share that is its own.
  double trigger = 0.5;
  for (int i = 0; i < 20; ++i)
    trigger = next_trigger({trigger, trigger, trigger + 0.2, kBackgroundShare});
  EXPECT_NEAR(trigger, 0.8, 0.001);
  // Mutators had to help with as much again: the next cycle starts earlier.
  EXPECT_LT(next_trigger({trigger, trigger, 1.0, 2 * kBackgroundShare}), trigger);
  // A collector that begins late starts earlier the next time.
  EXPECT_LT(next_trigger({trigger, trigger + 0.1, trigger + 0.3, kBackgroundShare}), trigger);
  // Marking that takes no time, and marking that takes ten times the way.
  for (int i = 0; i < 20; ++i)
    trigger = next_trigger({trigger, trigger, trigger, kBackgroundShare});
  EXPECT_GT(trigger, 0.9);
  for (int i = 0; i < 20; ++i)
    trigger = next_trigger({trigger, trigger, trigger + 10, kBackgroundShare});
  EXPECT_NEAR(trigger, 0.5, 0.01); // where mutators help rather than that the heap gets ever larger
}

TEST(Pacer, AssistsGrowAsTheGoalComesNear) {
  double far = assist_ratio_for(100 * kMiB, 100 * static_cast<int64_t>(kMiB), 100 * kMiB);
  double near = assist_ratio_for(100 * kMiB, 10 * static_cast<int64_t>(kMiB), 100 * kMiB);
  double past = assist_ratio_for(100 * kMiB, -static_cast<int64_t>(kMiB), 100 * kMiB);
  EXPECT_NEAR(far, 1, 0.01);
  EXPECT_NEAR(near, 10, 0.1);
  EXPECT_GT(past, near);
  EXPECT_LT(past, 1000);
}

TEST(Pacer, TheLimitLowersTheGoalButNotBelowWhatIsLive) {
  EXPECT_EQ(goal_under_limit(200 * kMiB, 20 * kMiB, 100 * kMiB), 164 * kMiB); // and some room
  EXPECT_GT(goal_under_limit(100 * kMiB, 20 * kMiB, 100 * kMiB), 100 * kMiB);
  EXPECT_GT(goal_under_limit(10 * kMiB, 20 * kMiB, 100 * kMiB), 100 * kMiB);
  int64_t percent = pacer_set_percent(100);
  pacer_cycle_ended({100 * kMiB, 0, 100 * kMiB});
  EXPECT_EQ(pacer_set_memory_limit(150 * kMiB), 0u);
  EXPECT_LE(pacer_goal(), 150 * kMiB);
  EXPECT_EQ(pacer_set_memory_limit(0), 150 * kMiB);
  EXPECT_NEAR(static_cast<double>(pacer_goal()), 200.0 * kMiB, kMiB);
  pacer_set_percent(percent);
}

TEST(Pacer, SettingThePercentMovesTheGoalAndReturnsThePrevious) {
  int64_t before = pacer_set_percent(100);
  pacer_cycle_ended({100 * kMiB, 0, 100 * kMiB});
  uint64_t at_100 = pacer_goal();
  EXPECT_EQ(pacer_set_percent(300), 100);
  EXPECT_NEAR(static_cast<double>(pacer_goal()), 2.0 * static_cast<double>(at_100), kMiB);
  EXPECT_EQ(pacer_set_percent(kGcPercentOff), 300);
  EXPECT_FALSE(pacer_wants_cycle());
  EXPECT_EQ(pacer_set_percent(before), kGcPercentOff);
}

// What dies and is then deleted counts twice: the estimate was a number near 2^64, which started cycles and made stalls
// endless.
TEST(Pacer, AHeapFromWhichMoreIsFreedThanWasLiveIsEmpty) {
  constexpr size_t kBytes = size_t{64} << 20;
  void *memory = ::operator new(kBytes);
  pacer_cycle_ended({0, 0, 0});
  ::operator delete(memory);
  EXPECT_LT(heap_live_estimate(), kBytes);
}

} // namespace
} // namespace tricolor::rt
