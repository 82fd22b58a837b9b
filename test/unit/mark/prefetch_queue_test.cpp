//===- test/unit/mark/prefetch_queue_test.cpp - Words on their way to their objects ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// That everything that enters leaves, once, in order, as the slot that it points into, however large the batches are; and
// that a marker has nothing in its queue when it gives up its buffer.
//
//===------------------------------------------------------------------------------------------===//

#include "mark/prefetch_queue.h"
#include "marked_heap.h"

#include <deque>

namespace tricolor::rt {
namespace {

struct Expected {
  Span *span;
  uint64_t index;
};

std::vector<uintptr_t> some_words() {
  std::vector<uintptr_t> words;
  for (size_t i = 0; i < 300; ++i)
    words.push_back(word_of(make(16 << i % 14)) + i % 16); // large ones too, and inner addresses
  // Behind the last object of a span, and in no span: the last page that has grown.
  words.push_back(word_of(make(48)) / page_bytes * page_bytes + page_bytes - 1);
  words.push_back(page_table.base + page_table.grown.load() - 1);
  return words;
}

// What the queue is to hand out for the word, if anything.
void expect(std::deque<Expected> &expected, uintptr_t word) {
  Span *span = page_table.span_of(word);
  if (span && word < span->limit)
    expected.push_back({span, span->index_of(word)});
}

void move_on(PrefetchQueue &queue, std::deque<Expected> &expected) {
  auto take = [&](const PrefetchQueue::Located &located) {
    ASSERT_FALSE(expected.empty());
    ASSERT_EQ(located.span, expected.front().span);
    ASSERT_EQ(located.index, expected.front().index);
    expected.pop_front();
  };
  queue.move_on(take, [] {});
}

TEST(PrefetchQueue, IsFirstInFirstOutInBatchesOfEachSize) {
  std::vector<uintptr_t> words = some_words();
  for (uint32_t batch = 1; batch <= PrefetchQueue::kBatch + PrefetchQueue::kAtOnce; ++batch) {
    PrefetchQueue queue;
    std::deque<Expected> expected;
    for (size_t i = 0; i < 4 * words.size(); ++i) {
      queue.enter(words[i % words.size()]);
      expect(expected, words[i % words.size()]);
      ASSERT_FALSE(queue.empty());
      ASSERT_EQ(queue.full(), i % batch + 1 >= PrefetchQueue::kBatch);
      if (i % batch + 1 == batch)
        move_on(queue, expected);
    }
    while (!queue.empty())
      move_on(queue, expected);
    ASSERT_TRUE(expected.empty());
  }
}

TEST(PrefetchQueue, TakesThreeStepsAndRunsEmpty) {
  std::vector<uintptr_t> words = some_words();
  PrefetchQueue queue;
  std::deque<Expected> expected;
  for (size_t i = 0; i < words.size(); ++i) {
    queue.enter(words[i]);
    expect(expected, words[i]);
    int steps = 0;
    for (; !queue.empty(); ++steps)
      move_on(queue, expected);
    ASSERT_TRUE(expected.empty());
    ASSERT_LE(steps, 3);
  }
}

// A marker that has to stop after little work holds words and grey objects in its queue. Lost there, they would not
// be marked.
TEST(PrefetchQueue, IsEmptyWhenAMarkerPublishes) {
  constexpr size_t kObjects = 5000, kChildren = 4;
  Roots roots(kObjects);
  for (size_t i = 0; i < kObjects; ++i) {
    uintptr_t *object = make(64);
    roots[i] = word_of(object);
    for (size_t k = 0; k < kChildren; ++k)
      object[k] = word_of(make(32));
  }
  prepare_cycle();
  begin_marking();
  size_t slices = 0;
  for (; !is_quiet(); ++slices)
    mark_for(Participant::Collector, UINT64_MAX, 256);
  EXPECT_GT(slices, kObjects / 100);
  end_marking();
  for (size_t i = 0; i < kObjects; ++i) {
    auto *object = reinterpret_cast<uintptr_t *>(roots[i]);
    ASSERT_TRUE(marked(object));
    for (size_t k = 0; k < kChildren; ++k)
      ASSERT_TRUE(marked(reinterpret_cast<void *>(object[k])));
  }
}

} // namespace
} // namespace tricolor::rt
