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
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 100)), 200.0 * kMiB, kMiB);
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 50)), 150.0 * kMiB, kMiB);
  EXPECT_NEAR(static_cast<double>(goal_for(100 * kMiB, 800)), 900.0 * kMiB, kMiB);
}

TEST(Pacer, SmallHeapsHaveALeastGoal) {
  EXPECT_GE(goal_for(0, 100), kLeastGoal - 100);
  EXPECT_LE(goal_for(0, 100), kLeastGoal);
  EXPECT_NEAR(static_cast<double>(goal_for(0, 25)), kLeastGoal / 4.0, 1000);
}

TEST(Pacer, OffIsNever) { EXPECT_EQ(goal_for(kMiB, kGcPercentOff), UINT64_MAX); }

TEST(Pacer, HugeHeapsDoNotOverflow) {
  uint64_t tebibyte = uint64_t{1} << 40;
  EXPECT_GT(goal_for(tebibyte, 100'000), 1000 * tebibyte);
}

TEST(Pacer, SettingThePercentMovesTheGoalAndReturnsThePrevious) {
  int64_t before = pacer_set_percent(100);
  pacer_cycle_ended(100 * kMiB);
  uint64_t at_100 = pacer_goal();
  EXPECT_EQ(pacer_set_percent(300), 100);
  EXPECT_NEAR(static_cast<double>(pacer_goal()), 2.0 * static_cast<double>(at_100), kMiB);
  EXPECT_EQ(pacer_set_percent(kGcPercentOff), 300);
  EXPECT_FALSE(pacer_wants_cycle());
  EXPECT_EQ(pacer_set_percent(before), kGcPercentOff);
}

} // namespace
} // namespace tricolor::rt
