//===- test/unit/mark/scan_queue_test.cpp - Marked objects on their way into the cache --------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// That entries leave as they came, at each filling and also where the counters wrap around the ring; and that numbers lead to
// the entries that have them.
//
//===------------------------------------------------------------------------------------------===//

#include "mark/scan_queue.h"

#include <gtest/gtest.h>

namespace tricolor::rt {
namespace {

TEST(ScanQueue, IsFirstInFirstOut) {
  ScanQueue queue;
  uintptr_t in = 0, out = 0;
  for (uint32_t filling = 1; filling <= ScanQueue::kCapacity; ++filling) {
    uint32_t first = queue.end();
    for (; queue.size() < filling; ++in)
      queue.push(in);
    ASSERT_EQ(queue.full(), filling == ScanQueue::kCapacity);
    for (uint32_t i = 0; first + i != queue.end(); ++i)
      ASSERT_EQ(queue.at(first + i), in - (queue.end() - first) + i);
    for (uint32_t left = filling / 2; queue.size() > left; ++out) {
      ASSERT_EQ(queue.front(), out);
      ASSERT_EQ(queue.pop(), out);
    }
  }
  for (; !queue.empty(); ++out)
    ASSERT_EQ(queue.pop(), out);
  EXPECT_EQ(out, in);
}

} // namespace
} // namespace tricolor::rt
