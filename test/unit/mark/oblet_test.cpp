//===- test/unit/mark/oblet_test.cpp - Large objects in pieces --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each word of a large object is visited, and once, whoever takes its pieces and wherever they stop. Each
// object of these tests refers to objects that nothing else refers to, one a word.
//
//===------------------------------------------------------------------------------------------===//

#include "../heap/fixture.h"
#include "marked_heap.h"

#include "mark/background_workers.h"

#include <random>

namespace tricolor::rt {
namespace {

using namespace test;

// Words of an object of `words` words that are worth a look: around pages, oblets and both ends.
bool interesting(size_t word, size_t words) {
  size_t in_page = word % 512;
  return word < 2 || word + 2 >= words || in_page == 0 || in_page == 511 || word % 1777 == 0;
}

enum class Markers : uint8_t { ThisThread, SmallSlices, Workers, OnePause };

void mark_by(Markers markers) {
  prepare_cycle();
  if (markers == Markers::OnePause) {
    with_world_stopped([] { reserve_workers(4); },
                       [] {
                         flush_all_caches();
                         mark_from_roots(MarkPass::Mark, 4);
                       });
    return;
  }
  std::minstd_rand random(5);
  begin_marking();
  while (!is_quiet()) {
    if (markers == Markers::Workers)
      wait_until_quiet(10'000'000);
    else if (markers == Markers::SmallSlices)
      mark_for(Participant::Collector, random() % 3 ? UINT64_MAX : 0, random() % 20'000);
    else
      mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  }
  MarkSummary summary = end_marking();
  // Nothing is scanned twice.
  EXPECT_LE(summary.counts.scanned_bytes, summary.counts.traced_bytes + summary.counts.bytes);
}

// `pointer(word)`: whether the word is one.
template <class IsPointer>
void expect_all_marked(uintptr_t *object, size_t words, IsPointer &&pointer, Markers markers) {
  Roots roots(1);
  roots[0] = word_of(object) + 8 * (words / 2); // interior
  Hidden targets, others;
  for (size_t word = 0; word < words; ++word)
    if (interesting(word, words)) {
      Hidden &list = pointer(word) ? targets : others;
      list.add(make(16));
      object[word] = word_of(list[list.size() - 1]);
    }
  ASSERT_GT(targets.size(), words / 1777);
  mark_by(markers);
  for (size_t i = 0; i < targets.size(); ++i)
    ASSERT_TRUE(marked(targets[i])) << i << " of " << targets.size();
  // The frames of this thread have no maps, and in the one-pause pass they are scanned: gtest's may hold the address of
  // something that is gone and whose place another object has by now.
  size_t kept = 0;
  for (size_t i = 0; i < others.size(); ++i)
    kept += marked(others[i]);
  ASSERT_LE(kept, markers == Markers::OnePause ? 2u : 0u) << "of " << others.size();
  EXPECT_EQ(free_object(word_of(object)), FreeResult::Freed);
}

class Oblets : public testing::TestWithParam<Markers> {
protected:
  void SetUp() override {
    if (GetParam() == Markers::Workers)
      return in_child([&] {
        start_background_workers({4, 0, 0});
        run();
      });
    run();
  }

  void run() {
    auto all = [](size_t) { return true; };
    for (size_t bytes : {kOblet, kOblet + 8, 2 * kOblet, 3 * kOblet - 8, 5 * kOblet + 4096,
                         (size_t{6} << 20) + 40}) {
      SCOPED_TRACE(bytes);
      expect_all_marked(make(bytes), bytes / 8, all, GetParam());
    }
    run_typed();
  }

  void run_typed() {
    constexpr size_t kBytes = size_t{5} << 20;
    // Three words of which the first two are pointers; an oblet does not begin with an element.
    Descriptor triple("Triple", 24, {op_words(3), 1, 2, op_end()});
    const TypeInfo *type = intern_type(&triple.type);
    size_t fit = kBytes / 24 * 3;
    expect_all_marked(
        make(kBytes, ObjectKind::Typed, type, ArrayForm::Array), kBytes / 8,
        [&](size_t word) { return word < fit && word % 3 != 2; }, GetParam());
    expect_all_marked(
        make(kBytes, ObjectKind::Typed, type, ArrayForm::CookieArray), kBytes / 8,
        [&](size_t word) { return word > 0 && word - 1 < (kBytes - 8) / 24 * 3 && word % 3 != 0; },
        GetParam());
    // Elements larger than an oblet, and one T that is one.
    constexpr uint64_t kPairs = 50'000;
    Descriptor wide("Wide", kPairs * 24 + 8,
                    {op_skip(1), op_repeat(3), kPairs, op_words(3), 4, 0, op_end()});
    const TypeInfo *large = intern_type(&wide.type);
    size_t stride = large->size / 8;
    auto last_of_three = [&](size_t word) {
      size_t within = word % stride;
      return within > 0 && within % 3 == 0;
    };
    expect_all_marked(make(large->size, ObjectKind::Typed, large), stride, last_of_three,
                      GetParam());
    expect_all_marked(make(3 * large->size, ObjectKind::Typed, large, ArrayForm::Array), 3 * stride,
                      last_of_three, GetParam());
  }
};

TEST_P(Oblets, ReachEachWordOnce) {}

INSTANTIATE_TEST_SUITE_P(By, Oblets,
                         testing::Values(Markers::ThisThread, Markers::SmallSlices,
                                         Markers::Workers, Markers::OnePause));

// The pieces of one object lie in the global list when its first piece has been looked at: others can
// take them.
TEST(OneObject, IsSharedByMarkers) {
  Roots roots(1);
  Hidden large;
  large.add(make(64 * kOblet));
  roots[0] = word_of(large[0]);
  prepare_cycle();
  begin_marking();
  while (!marked(large[0]))
    mark_for(Participant::Collector, 0, UINT64_MAX);
  mark_for(Participant::Collector, 0, UINT64_MAX);
  Workbuf *buffer = workbuf_pool().full.pop();
  ASSERT_NE(buffer, nullptr);
  size_t pieces = 0;
  for (size_t i = 0; i < buffer->count; ++i)
    pieces += (buffer->objects[i] & 1) != 0;
  // The halves of 64, of 32, of 16, of 8, of 4 and of 2, and the rest of the first oblet.
  EXPECT_EQ(pieces, 7u);
  workbuf_pool().full.push(buffer);
  mark_to_the_end();
}

} // namespace
} // namespace tricolor::rt
