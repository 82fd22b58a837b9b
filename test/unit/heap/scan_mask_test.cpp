//===- test/unit/heap/scan_mask_test.cpp - The words of a small object that are scanned -------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// That a span's mask names the words that the layout of its objects names, and that there is one wherever there can be.
//
//===------------------------------------------------------------------------------------------===//

#include "heap/scan_mask.h"

#include "fixture.h"
#include "heap/find_object.h"
#include "heap/geometry.h"
#include "heap/layout.h"

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

uint8_t number_of(uintptr_t object) { return find_object(object).span->scan_mask; }

uintptr_t conservative(Cache &cache, size_t bytes) {
  return cache->allocate(bytes, 8, ObjectKind::Conservative, nullptr, ArrayForm::One);
}

/// The words that the layout names, or all of them where there is none.
uint64_t words_of(uintptr_t object) {
  ObjectRef ref = find_object(object);
  ObjectLayout layout = object_layout(ref);
  if (layout.kind != ObjectKind::Typed)
    return ~uint64_t{0} >> (64 - ref.size / 8);
  uint64_t words = 0;
  auto add = [&](uintptr_t *word, WordKind) {
    words |= uint64_t{1} << (reinterpret_cast<uintptr_t>(word) - ref.base) / 8;
  };
  for_each_pointer_word(*layout.type, layout.form, ref.base, ref.size, add);
  return words;
}

void expect_mask(uintptr_t object) {
  uint8_t number = number_of(object);
  ASSERT_GE(number, first_scan_mask);
  const ScanMask &mask = scan_masks[number];
  EXPECT_EQ(mask.words, words_of(object));
  EXPECT_EQ(mask.bytes, find_object(object).size);
  ASSERT_NE(mask.words, 0u);
  EXPECT_EQ(mask.words >> mask.last / 8, 1u);
}

class ScanMasks : public HeapTest {
protected:
  Cache cache_;
};

/// In a process of its own, where types are the first ones.
void expect_masks_of_first_types() {
  start_heap();
  Cache cache;
  Descriptor few("MaskFew", 48, {op_words(6), 0b000101, 0b100000, op_end()});
  expect_mask(cache.of_type(intern_type(&few.type)));
  Descriptor most("MaskMost", 512, {op_skip(1), op_words(63), ~uint64_t{0} >> 1, 0, op_end()});
  expect_mask(cache.of_type(intern_type(&most.type)));
  Descriptor more("MaskMore", 520, {op_words(1), 1, 0, op_end()});
  EXPECT_EQ(number_of(cache.of_type(intern_type(&more.type))), layout_decides);
  _exit(::testing::Test::HasFailure() ? 1 : 0);
}

TEST_F(ScanMasks, ConservativeObjectsUpTo64Words) {
  for (size_t bytes = 8; bytes <= 512; bytes += 8)
    expect_mask(conservative(cache_, bytes));
  EXPECT_EQ(number_of(conservative(cache_, 528)), layout_decides);
}

TEST(ScanMasksDeathTest, TypesWithSpansOfTheirOwn) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(expect_masks_of_first_types(), ::testing::ExitedWithCode(0), "");
}

TEST_F(ScanMasks, OthersAreLeftToTheLayout) {
  Descriptor pointer("MaskPointer", 8, {op_words(1), 1, 0, op_end()});
  const TypeInfo *type = intern_type(&pointer.type);
  EXPECT_EQ(number_of(cache_.array_of(type, 64)), layout_decides);
  EXPECT_EQ(number_of(cache_.traced(64)), layout_decides);
  EXPECT_EQ(number_of(conservative(cache_, max_small_bytes + 1)), layout_decides);
  EXPECT_EQ(number_of(cache_.noscan(64)), holds_nothing);
  EXPECT_EQ(number_of(cache_.noscan(max_small_bytes + 1)), holds_nothing);
}

} // namespace
