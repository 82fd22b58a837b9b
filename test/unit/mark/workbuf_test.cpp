//===- test/unit/mark/workbuf_test.cpp - Lock-free lists of workbufs --------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/workbuf.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace tricolor::rt {
namespace {

TEST(WorkbufList, LastInFirstOut) {
  WorkbufPool pool;
  WorkbufList list;
  Workbuf *first = pool.take_empty();
  Workbuf *second = pool.take_empty();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.pop(), nullptr);
  list.push(first);
  list.push(second);
  EXPECT_FALSE(list.empty());
  EXPECT_EQ(list.pop(), second);
  EXPECT_EQ(list.pop(), first);
  EXPECT_EQ(list.pop(), nullptr);
}

TEST(WorkbufList, FreshBuffersAreEmptyAndAligned) {
  WorkbufPool pool;
  Workbuf *buffer = pool.take_empty();
  EXPECT_TRUE(buffer->empty());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer) % Workbuf::kBytes, 0u);
}

TEST(WorkbufList, ThePoolReusesEmptyBuffers) {
  WorkbufPool pool;
  Workbuf *buffer = pool.take_empty();
  pool.empty.push(buffer);
  EXPECT_EQ(pool.take_empty(), buffer);
}

// The tag must survive its own overflow: 2^27 exchanges would take long, so this only crosses the low
// part's overflow many times.
TEST(WorkbufList, TagsWrapIntoTheHighBits) {
  WorkbufPool pool;
  WorkbufList list;
  Workbuf *buffer = pool.take_empty();
  for (int i = 0; i < 100'000; ++i) {
    list.push(buffer);
    ASSERT_EQ(list.pop(), buffer);
  }
}

// Each thread takes buffers, stamps them as its own, checks the stamp and gives them back: a buffer
// handed to two threads at once (ABA) breaks a stamp.
TEST(WorkbufList, NoBufferIsHeldTwice) {
  WorkbufPool pool;
  WorkbufList list;
  constexpr unsigned kThreads = 4, kBuffers = 6;
  for (unsigned i = 0; i < kBuffers; ++i)
    list.push(pool.take_empty());
  std::atomic<unsigned> broken{0};
  std::vector<std::thread> threads;
  for (unsigned t = 1; t <= kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50'000; ++i) {
        Workbuf *one = list.pop();
        Workbuf *two = list.pop();
        for (Workbuf *mine : {one, two})
          if (mine)
            mine->objects[0] = t;
        for (Workbuf *mine : {one, two})
          if (mine) {
            broken += mine->objects[0] != t;
            list.push(mine);
          }
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(broken.load(), 0u);
  std::set<Workbuf *> all;
  while (Workbuf *buffer = list.pop())
    EXPECT_TRUE(all.insert(buffer).second);
  EXPECT_EQ(all.size(), kBuffers);
}

} // namespace
} // namespace tricolor::rt
