//===- test/unit/mark/prefetch_queue_test.cpp - Words on their way to their objects ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// That everything that enters leaves, once, in order, with its kind and its span, however full the queue is; and that a
// marker has nothing in its queue when it gives up its buffer.
//
//===------------------------------------------------------------------------------------------===//

#include "mark/prefetch_queue.h"
#include "marked_heap.h"

#include <deque>

namespace tricolor::rt {
namespace {

using Kind = PrefetchQueue::Kind;

struct Expected {
  uintptr_t word;
  Kind kind;
};

void expect_next(PrefetchQueue &queue, std::deque<Expected> &expected) {
  PrefetchQueue::Candidate candidate = queue.leave();
  ASSERT_EQ(candidate.word, expected.front().word);
  ASSERT_EQ(candidate.kind, expected.front().kind);
  ASSERT_EQ(candidate.span, page_table.span_of(candidate.word));
  expected.pop_front();
}

std::vector<uintptr_t> some_words() {
  std::vector<uintptr_t> words;
  for (size_t i = 0; i < 300; ++i)
    words.push_back(word_of(make(16 << i % 14)) + i % 16); // large ones too, and inner addresses
  // In the range, but in no span: the last page that has grown.
  words.push_back(page_table.base + page_table.grown.load() - 1);
  return words;
}

TEST(PrefetchQueue, IsFirstInFirstOutAtEachFilling) {
  std::vector<uintptr_t> words = some_words();
  for (uint32_t filling = 1; filling <= PrefetchQueue::kCapacity; ++filling) {
    PrefetchQueue queue;
    std::deque<Expected> expected;
    for (size_t i = 0; i < 4 * words.size(); ++i) {
      if (queue.size() == filling)
        expect_next(queue, expected);
      Kind kind = i % 3 == 0 ? Kind::Grey : Kind::Word;
      queue.enter(words[i % words.size()], kind);
      expected.push_back({words[i % words.size()], kind});
      ASSERT_EQ(queue.size(), expected.size());
    }
    while (!queue.empty())
      expect_next(queue, expected);
    ASSERT_TRUE(expected.empty());
  }
}

TEST(PrefetchQueue, RunsEmptyAndGoesOn) {
  std::vector<uintptr_t> words = some_words();
  PrefetchQueue queue;
  std::deque<Expected> expected;
  size_t next = 0;
  for (uint32_t burst = 1; burst <= PrefetchQueue::kCapacity; ++burst) {
    for (uint32_t i = 0; i < burst; ++i) {
      queue.enter(words[next++ % words.size()], Kind::Word);
      expected.push_back({words[(next - 1) % words.size()], Kind::Word});
    }
    ASSERT_EQ(queue.full(), burst == PrefetchQueue::kCapacity);
    while (!queue.empty())
      expect_next(queue, expected);
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
