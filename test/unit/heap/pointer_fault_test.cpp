//===- test/unit/heap/pointer_fault_test.cpp - Good and bad pointers ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/pointer_fault.h"

#include "heap/layout_program.h"
#include "heap/reclaim.h"

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

constexpr uintptr_t kSite = 0x123456789, kOther = 0x7edcba987654;

/// In a process of its own, whose heap records allocation sites: runs `body`, which must succeed.
template <class Body> void with_sites(Body &&body) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto in_child = [&] {
    heap_initialize({size_t(16) << 30, Poison::Off, AllocationSites::On});
    body();
    _exit(::testing::Test::HasFailure() ? 3 : 0);
  };
  EXPECT_EXIT(in_child(), ::testing::ExitedWithCode(0), "");
}

PointerFault fault(uintptr_t word) { return judge_pointer(word).fault; }

void sweep_all() {
  reclaim_open();
  while (reclaim_one(SweptBy::Forced)) {
  }
}

using PointerFaultTest = HeapTest;

TEST_F(PointerFaultTest, WhatAProgramMayStoreIsGood) {
  Cache cache;
  uintptr_t object = cache.noscan(64);
  int local = 0;
  EXPECT_EQ(fault(0), PointerFault::None);
  EXPECT_EQ(fault(UINTPTR_MAX), PointerFault::None);
  EXPECT_EQ(fault(reinterpret_cast<uintptr_t>(&local)), PointerFault::None);
  EXPECT_EQ(fault(object), PointerFault::None);
  EXPECT_EQ(fault(object + 63), PointerFault::None);
  EXPECT_EQ(fault(object + 64), PointerFault::None) << "one past the end";
  uintptr_t large = cache.traced(100000);
  EXPECT_EQ(fault(large + 99999), PointerFault::None);
  EXPECT_EQ(fault(large + 100000), PointerFault::None) << "one past the end";
}

TEST_F(PointerFaultTest, FreeMemoryIsBad) {
  Cache cache;
  uintptr_t first = cache.noscan(64), second = cache.noscan(64), third = cache.noscan(64);
  free_object(second);
  EXPECT_EQ(fault(second + 1), PointerFault::FreeSlot);
  EXPECT_EQ(fault(second), PointerFault::None) << "also one past the end of the first";
  EXPECT_EQ(fault(third + 500), PointerFault::FreeSlot) << "reserved and not handed out";
  EXPECT_EQ(judge_pointer(second + 1).slot_bytes, 64u);
  EXPECT_EQ(judge_pointer(second + 1).history.fate, ObjectFate::Unknown) << "nothing is recorded";
  EXPECT_EQ(fault(first), PointerFault::None);
  uintptr_t large = cache.traced(100000);
  free_object(large);
  EXPECT_EQ(fault(large + 50000), PointerFault::FreePages);
}

TEST_F(PointerFaultTest, BehindTheLastSlotOfASpan) {
  Cache cache;
  uintptr_t object = cache.noscan(48);
  const Span *span = find_object(object).span;
  ASSERT_GT(span->base + span->bytes(), span->limit) << "choose another size";
  EXPECT_EQ(fault(span->limit + 1), PointerFault::BetweenObjects);
}

TEST(AllocationSitesDeathTest, TellWhatBecameOfAnObject) {
  with_sites([] {
    Cache cache;
    Descriptor d("Told", 24, {op_words(3), 1, 0, op_end()});
    const TypeInfo *type = intern_type(&d.type);
    cache.of_type(type);
    uintptr_t p = cache.of_type(type);
    note_allocated(p, 24, type, kSite);
    ObjectHistory live = history_of(p);
    EXPECT_EQ(live.fate, ObjectFate::Live);
    EXPECT_EQ(live.allocated_at, kSite);
    EXPECT_EQ(live.type, type);
    EXPECT_EQ(live.bytes, 24u);
    note_freed(p, kOther);
    note_freed(p, kSite);
    free_object(p);
    PointerVerdict verdict = judge_pointer(p + 8);
    EXPECT_EQ(verdict.fault, PointerFault::FreeSlot);
    EXPECT_EQ(verdict.history.fate, ObjectFate::Freed);
    EXPECT_EQ(verdict.history.base, p);
    EXPECT_EQ(verdict.history.allocated_at, kSite);
    EXPECT_EQ(verdict.history.freed_at, kOther) << "the first free counts";
    EXPECT_FALSE(is_stale(p + 8, &verdict)) << "the program has freed it";
    EXPECT_EQ(history_of(p + 24).fate, ObjectFate::Unknown);
  });
}

TEST(AllocationSitesDeathTest, WhatASweepFreesIsStale) {
  with_sites([] {
    Cache cache;
    uintptr_t lives = cache.noscan(64), gap = cache.noscan(64), dies = cache.noscan(64);
    uintptr_t large = cache.noscan(100000);
    for (uintptr_t p : {lives, gap, dies})
      note_allocated(p, 60, nullptr, kSite);
    note_allocated(large, 100000, nullptr, kSite);
    mark_object(find_object(lives));
    PointerVerdict verdict;
    EXPECT_EQ(fault(dies), PointerFault::None) << "marking has not ended";
    cache->flush();
    reclaim_begin();
    EXPECT_EQ(fault(lives), PointerFault::None);
    EXPECT_EQ(fault(dies), PointerFault::DeadObject) << "the sweep is to come";
    sweep_all();
    EXPECT_EQ(fault(lives), PointerFault::None) << "its mark is gone, and it is swept";
    EXPECT_EQ(fault(dies), PointerFault::FreeSlot);
    EXPECT_TRUE(is_stale(dies, &verdict));
    EXPECT_EQ(verdict.history.fate, ObjectFate::Swept);
    EXPECT_EQ(verdict.history.cycle, 1u);
    EXPECT_EQ(verdict.history.bytes, 60u);
    EXPECT_FALSE(is_stale(dies + 63, &verdict)) << "behind its end";
    EXPECT_FALSE(is_stale(lives, &verdict));
    EXPECT_TRUE(is_stale(large, &verdict));
    EXPECT_EQ(verdict.fault, PointerFault::FreePages);
    // Once the slot is in use again nobody can tell.
    for (int i = 0; i < 200; ++i)
      cache.noscan(64);
    EXPECT_FALSE(is_stale(dies, &verdict));
    EXPECT_EQ(fault(dies), PointerFault::None);
  });
}

TEST(AllocationSitesDeathTest, AnObjectWithATypeHasAnEnd) {
  with_sites([] {
    Cache cache;
    Descriptor d("Padded", 1032, {op_words(1), 1, 0, op_end()});
    const TypeInfo *type = intern_type(&d.type);
    uintptr_t p = cache.of_type(type), untyped = cache.noscan(1032);
    ASSERT_GT(find_object(p).size, 1033u) << "choose another size";
    note_allocated(p, 1032, type, kSite);
    note_allocated(untyped, 1032, nullptr, kSite);
    EXPECT_EQ(fault(p + 1032), PointerFault::None) << "one past the end";
    EXPECT_EQ(fault(p + 1033), PointerFault::BeyondObject);
    EXPECT_EQ(fault(untyped + 1033), PointerFault::None) << "it may be used";
  });
}

} // namespace
