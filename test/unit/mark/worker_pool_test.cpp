//===- test/unit/mark/worker_pool_test.cpp - Threads that mark --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/worker_pool.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>

namespace tricolor::rt {
namespace {

struct Calls {
  std::array<std::atomic<unsigned>, kMostMarkers> by_index{};
};

void count_call(void *context, unsigned index) { ++static_cast<Calls *>(context)->by_index[index]; }

TEST(WorkerPool, EachIndexRunsOncePerPass) {
  for (unsigned wanted : {1u, 2u, 5u, kMostMarkers, 3u}) {
    unsigned count = reserve_workers(wanted);
    ASSERT_EQ(count, wanted);
    for (unsigned pass = 0; pass < 50; ++pass) {
      Calls calls;
      run_workers(count, count_call, &calls);
      for (unsigned i = 0; i < kMostMarkers; ++i)
        ASSERT_EQ(calls.by_index[i].load(), i < count ? 1u : 0u) << i << " of " << count;
    }
  }
}

TEST(WorkerPool, NeverMoreThanTheMost) { EXPECT_EQ(reserve_workers(1000), kMostMarkers); }

} // namespace
} // namespace tricolor::rt
