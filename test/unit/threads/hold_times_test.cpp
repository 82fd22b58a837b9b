//===- test/unit/threads/hold_times_test.cpp - How long mutators were held --------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/hold_times.h"

#include <gtest/gtest.h>

namespace tricolor::rt {
namespace {

TEST(HoldTimes, BucketsFollowEachOther) {
  for (size_t i = 0; i + 1 < kHoldBuckets; ++i) {
    EXPECT_EQ(hold_bucket(hold_bucket_begin(i)), i);
    EXPECT_EQ(hold_bucket(hold_bucket_begin(i + 1) - 1), i);
    EXPECT_LE(hold_bucket_begin(i + 1) - hold_bucket_begin(i),
              std::max<uint64_t>(1, hold_bucket_begin(i) / 8));
  }
  EXPECT_EQ(hold_bucket(UINT64_MAX), kHoldBuckets - 1);
  EXPECT_GT(hold_bucket_begin(kHoldBuckets - 1), 10'000'000'000u);
}

TEST(HoldTimes, AreCountedEach) {
  size_t bucket = hold_bucket(5'000'000'000);
  uint64_t before = holds_of_bucket(bucket);
  count_hold(5'000'000'000);
  count_hold(5'000'000'001);
  EXPECT_EQ(holds_of_bucket(bucket), before + 2);
}

} // namespace
} // namespace tricolor::rt
