//===- test/unit/heap/colour_test.cpp - What slots are born as ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/reclaim.h"
#include "heap/span_hold.h"
#include <atomic>
#include <cstring>
#include <thread>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

bool marked(uintptr_t p) { return is_marked(find_object(p)); }

/// As in a cycle of its own.
void make_black(Cache &cache) {
  uint32_t generation = hold_spans();
  let_spans_go();
  cache->allocate_black(generation);
}

void sweep_all() {
  while (reclaim_one(SweptBy::Forced)) {
  }
}

/// Ends with a heap that is as after a cycle: swept, nothing marked.
class ColourTest : public HeapTest {
protected:
  void TearDown() override {
    reclaim_begin();
    reclaim_open();
    sweep_all();
    heap_verify_unmarked();
    HeapTest::TearDown();
  }
};

TEST_F(ColourTest, ZeroIsWhite) {
  unsigned char zero[sizeof(Colour)] = {};
  EXPECT_TRUE(std::bit_cast<Colour>(zero).is_white());
  for (uint32_t generation : {0u, 2u, 4u, UINT32_MAX - 1}) {
    EXPECT_FALSE(Colour::white().is_black_in(generation));
    EXPECT_TRUE(Colour::black(generation).is_black_in(generation));
    EXPECT_FALSE(Colour::black(generation).is_black_in(generation + 2));
    EXPECT_FALSE(Colour::black(generation).is_black_in(generation + 1)) << "being swept";
    EXPECT_FALSE(Colour::black(generation).is_white());
  }
}

TEST_F(ColourTest, BlackIsForAllThatIsAllocatedFromThereOn) {
  Cache cache;
  Descriptor d("Coloured", 24, {op_words(3), 1, 0, op_end()});
  const TypeInfo *type = intern_type(&d.type);
  auto each = [&] {
    std::vector<uintptr_t> objects;
    for (size_t bytes : {8, 48, 500, 30000, 100000}) {
      objects.push_back(cache.noscan(bytes));
      objects.push_back(
          cache->allocate(bytes, 8, ObjectKind::Conservative, nullptr, ArrayForm::One));
      objects.push_back(cache.array_of(type, bytes + 24));
    }
    objects.push_back(cache.of_type(type));
    return objects;
  };
  std::vector<uintptr_t> before = each();
  make_black(cache);
  // From the runs that the cache has, and from those that follow.
  std::vector<uintptr_t> after;
  for (int i = 0; i < 300; ++i)
    for (uintptr_t p : each())
      after.push_back(p);
  for (uintptr_t p : before)
    EXPECT_FALSE(marked(p)) << find_object(p).size;
  for (uintptr_t p : after)
    ASSERT_TRUE(marked(p)) << find_object(p).size;
  cache->allocate_white();
  for (uintptr_t p : each())
    EXPECT_FALSE(marked(p)) << find_object(p).size;
}

/// What a thread has allocated black it knows for some time, and never takes anything else for it.
TEST_F(ColourTest, BlackRangesAreOfBlackSlots) {
  Cache cache;
  uintptr_t before = cache.noscan(48);
  EXPECT_FALSE(cache->surely_black(before));
  make_black(cache);
  EXPECT_FALSE(cache->surely_black(before)) << "beside the rest of its run, which is black";
  // While another thread is white, it may get a slot of this one's and clear its mark.
  std::vector<uintptr_t> after;
  for (int i = 0; i < 1000; ++i) {
    after.push_back(cache.noscan(48));
    ASSERT_TRUE(marked(after.back()));
    ASSERT_FALSE(cache->surely_black(after.back()));
  }
  cache->flush();
  set_all_black(AllBlack::Yes);
  unsigned known = 0;
  for (int i = 0; i < 100'000; ++i) {
    // The last half in turn, so that pages push each other out.
    after.push_back(cache.noscan(i > 50'000 && i % 7 == 0 ? 3000 : 48));
    if (i > 50'000)
      continue;
    ASSERT_TRUE(cache->surely_black(after.back()));
    ASSERT_TRUE(cache->surely_black(after.back() + 40)) << "inside of the object";
  }
  for (uintptr_t p : after)
    if (cache->surely_black(p)) {
      ++known;
      ASSERT_TRUE(marked(p));
    }
  EXPECT_LT(known, after.size()) << "older ones are forgotten";
  EXPECT_FALSE(cache->surely_black(0));
  EXPECT_FALSE(cache->surely_black(before));
  EXPECT_FALSE(cache->surely_black(UINTPTR_MAX));
  set_all_black(AllBlack::No);
  cache->allocate_white();
  for (uintptr_t p : after)
    ASSERT_FALSE(cache->surely_black(p)) << "of the next cycle";
}

TEST_F(ColourTest, TracedObjectsHaveNone) {
  Cache cache;
  uintptr_t before = cache.traced(64);
  make_black(cache);
  for (size_t bytes : {64, 64, 3000, 100000}) {
    uintptr_t p = cache.traced(bytes);
    EXPECT_FALSE(marked(p));
    EXPECT_EQ(free_object(p), FreeResult::Freed);
  }
  EXPECT_EQ(free_object(before), FreeResult::Freed);
}

/// The slots of a black mutator, freed, then allocated by one that has not been scanned.
TEST_F(ColourTest, WhiteClearsWhatBlackHasLeft) {
  Cache black, white;
  make_black(black);
  std::vector<uintptr_t> slots;
  uintptr_t keeps_the_span = black.noscan(496);
  for (int i = 0; i < 10; ++i)
    slots.push_back(black.noscan(496));
  for (uintptr_t p : slots) {
    ASSERT_TRUE(marked(p));
    ASSERT_EQ(free_object(p), FreeResult::Freed);
  }
  black->flush();
  int again = 0;
  for (int i = 0; i < 20; ++i) {
    uintptr_t p = white.noscan(496);
    again += std::find(slots.begin(), slots.end(), p) != slots.end();
    EXPECT_FALSE(marked(p));
  }
  EXPECT_EQ(again, 10) << "the test does not test anything";
  EXPECT_TRUE(marked(keeps_the_span)) << "a neighbour's bit";
}

/// A mutator that has not heard of the sweep: black in its own spans, white in those of the new
/// generation, so that no bit is set that the sweep would not clear.
TEST_F(ColourTest, AnOldColourIsWhiteInANewGeneration) {
  Cache late, early;
  uint32_t generation = heap_sweep_generation();
  // A full span with one object that lives: unswept after the begin.
  std::vector<uintptr_t> others;
  for (int i = 0; i < 400; ++i)
    others.push_back(early.noscan(1024));
  mark_object(find_object(others[0]));
  for (size_t i = 1; i < others.size(); i += 2)
    mark_object(find_object(others[i]));
  early->flush();
  late.noscan(48); // a span of the old generation
  make_black(late);
  uintptr_t large_before = late.noscan(50000);

  reclaim_begin();
  EXPECT_FALSE(reclaim_is_done());
  EXPECT_FALSE(reclaim_one(SweptBy::Forced)) << "not open";
  uintptr_t in_old = late.noscan(48);
  uintptr_t in_made = late.noscan(2048);
  uintptr_t in_swept = late.noscan(1024);
  uintptr_t large_after = late.noscan(50000);
  EXPECT_EQ(find_object(in_old).span->generation.load(), generation);
  EXPECT_EQ(find_object(in_swept).span->generation.load(), generation + 2);
  EXPECT_NE(std::find(others.begin(), others.end(), in_swept), others.end()) << "swept lazily";
  EXPECT_TRUE(marked(in_old));
  EXPECT_TRUE(marked(large_before));
  EXPECT_FALSE(marked(in_made));
  EXPECT_FALSE(marked(in_swept));
  EXPECT_FALSE(marked(large_after));
  heap_verify();

  early->allocate_white();
  late->allocate_white();
  uintptr_t unswept_partial = early.noscan(48);
  EXPECT_EQ(find_object(unswept_partial).span->generation.load(), generation + 2)
      << "a span of the old generation was handed out";
  EXPECT_FALSE(reclaim_is_done());
  reclaim_open();
  heap_verify();
  EXPECT_FALSE(reclaim_is_done());
  sweep_all();
  EXPECT_TRUE(reclaim_is_done());
  heap_verify();
  heap_verify_unmarked();
  for (uintptr_t p :
       {in_old, in_made, in_swept, large_before, large_after, unswept_partial, others[0]})
    EXPECT_TRUE(find_object(p)) << "swept away";
}

TEST_F(ColourTest, AnUnsweptSpanIsNeverHandedOut) {
  Cache late, other;
  for (int round = 0; round < 50; ++round) {
    std::vector<uintptr_t> mine;
    for (int i = 0; i < 50; ++i)
      mine.push_back(late.noscan(208));
    make_black(late);
    mine.push_back(late.noscan(208));
    reclaim_begin();
    // Given back after the begin: into the list, but not into anybody's hands before it is swept.
    late->allocate_white();
    for (int i = 0; i < 200; ++i) {
      uintptr_t p = other.noscan(208);
      ASSERT_EQ(find_object(p).span->generation.load(), heap_sweep_generation());
      ASSERT_FALSE(marked(p));
    }
    other->allocate_white();
    reclaim_open();
    sweep_all();
    ASSERT_TRUE(find_object(mine.back())) << "born black";
    heap_verify_unmarked();
  }
}

/// The first look at a list in a new generation is that of a thread that wants a span.
TEST_F(ColourTest, ATakenSpanIsOfTheNewGeneration) {
  Cache first, second;
  uintptr_t stays = first.noscan(336), goes = first.noscan(336);
  first->flush(); // partial
  mark_object(find_object(stays));
  reclaim_begin();
  uintptr_t p = second.noscan(336);
  EXPECT_EQ(find_object(p).span, find_object(stays).span) << "the test does not test anything";
  EXPECT_EQ(find_object(p).span->generation.load(), heap_sweep_generation());
  EXPECT_FALSE(marked(stays)) << "swept";
  EXPECT_EQ(p, goes) << "the slot of a dead object, which is free only when the span is swept";
  second->allocate_white();
  reclaim_open();
  sweep_all();
}

/// Spans that are full and unswept are in the unswept list; a free must not take them for members of
/// the full one.
TEST_F(ColourTest, FreesInUnsweptSpans) {
  Cache cache;
  const SizeClass &shape = size_class(size_class_for(2688, 8));
  std::vector<uintptr_t> objects;
  for (unsigned i = 0; i < 6 * shape.objects; ++i) {
    objects.push_back(cache.noscan(2688));
    mark_object(find_object(objects.back()));
  }
  cache->flush();
  reclaim_begin();
  heap_verify(); // locks every list
  // Backwards: the first span that is hit is the first of the list.
  for (unsigned i = static_cast<unsigned>(objects.size()); i-- > 0;) {
    if (i % (shape.objects / 2) != 0)
      continue;
    ASSERT_EQ(free_object(objects[i]), FreeResult::Freed);
    objects[i] = 0;
    heap_verify();
  }
  for (uintptr_t p : objects)
    if (p)
      ASSERT_EQ(free_object(p), FreeResult::Freed);
  heap_verify();
  reclaim_open();
  sweep_all();
  heap_verify();
  for (uintptr_t p : objects)
    EXPECT_FALSE(find_object(p));
}

/// A marker sets bits in words whose other bits a cache is setting.
TEST_F(ColourTest, PaintingLosesNoMark) {
  Cache cache;
  std::vector<uintptr_t> all;
  for (int i = 0; i < 1024; ++i) // a span of them
    all.push_back(cache.noscan(8));
  make_black(cache);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> lost{0};
  std::thread marker([&] {
    while (!stop.load(std::memory_order_relaxed))
      for (size_t i = 0; i < all.size(); i += 2) {
        ObjectRef object = find_object(all[i]);
        object.span->mark_bits.get()[object.index / 64].fetch_and(
            ~(uint64_t(1) << (object.index % 64)));
        lost += !mark_object(object);
        for (int k = 0; k < 10; ++k)
          lost += !is_marked(object);
      }
  });
  for (int round = 0; round < 1000; ++round) {
    for (size_t i = 1; i < all.size(); i += 2)
      ASSERT_EQ(free_object(all[i]), FreeResult::Freed);
    cache->flush();
    for (size_t i = 1; i < all.size(); i += 2)
      all[i] = cache.noscan(8); // each a run of its own
  }
  stop = true;
  marker.join();
  EXPECT_EQ(lost.load(), 0u);
  cache->flush();
}

TEST(ColourDeathTest, AnUnmarkedHeapIsChecked) {
  auto body = [](auto &&damage) {
    start_heap();
    Cache cache;
    uintptr_t p = cache.noscan(64);
    cache->flush();
    damage(find_object(p));
    heap_verify_unmarked();
  };
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(body([](const ObjectRef &object) { mark_object(object); }),
               "marked before marking has begun");
  EXPECT_DEATH(body([](const ObjectRef &object) { object.span->generation.fetch_sub(2); }),
               "the sweep has passed it by");
}

TEST(ColourDeathTest, OpeningTooEarlyIsNoticed) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto body = [] {
    start_heap();
    Cache cache;
    cache.noscan(64);
    reclaim_begin();
    reclaim_open();
    sweep_all();
  };
  EXPECT_DEATH(body(), "a sweep was opened before all caches were back");
}

} // namespace
