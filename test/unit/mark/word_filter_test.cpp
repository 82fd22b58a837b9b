//===- test/unit/mark/word_filter_test.cpp - The words of an object that may be pointers ------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// That the filters for all instruction sets copy what the range says, in order, whatever words and mask are; and do not read
// beyond the mask. A processor without an instruction set says nothing of its filter.
//
//===------------------------------------------------------------------------------------------===//

#include "mark/word_filter.h"

#include "os/pages.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <vector>

namespace tricolor::rt {
namespace {

constexpr HeapRange kRange = {0x7f12'3400'0000, 0x20'0000};

// Words around the range's ends, and others.
uintptr_t some_word(std::mt19937_64 &random) {
  switch (random() % 6) {
  case 0:
    return 0;
  case 1:
    return kRange.base + random() % 3 - 1;
  case 2:
    return kRange.base + kRange.bytes + random() % 3 - 1;
  case 3:
    return random();
  default:
    return kRange.base + random() % kRange.bytes;
  }
}

using Words = std::vector<uintptr_t>;

Words expected(const uintptr_t *first, uint64_t mask) {
  Words words;
  for (; mask; mask &= mask - 1) {
    uintptr_t word = first[std::countr_zero(mask)];
    if (word >= kRange.base && word < kRange.base + kRange.bytes)
      words.push_back(word);
  }
  return words;
}

// Where a filter copies to: it may spoil kSlack words behind what it copies, and none behind these.
struct Target {
  static constexpr uintptr_t kUntouched = 0x5a5a;
  uintptr_t words[WordFilter::kWords + WordFilter::kSlack + 8];

  Target() {
    for (uintptr_t &word : words)
      word = kUntouched;
  }
  Words copied(uint32_t count) const {
    EXPECT_LE(count, WordFilter::kWords);
    for (size_t i = count + WordFilter::kSlack; i < std::size(words); ++i)
      EXPECT_EQ(words[i], kUntouched);
    return {words, words + count};
  }
};

TRICOLOR_AVX512 uint32_t copy_avx512(const uintptr_t *first, uint64_t mask, uintptr_t *to) {
  return Avx512Filter::copy(first, mask, kRange, to);
}

class Filters : public testing::Test {
protected:
  // A page behind whose end nothing can be read.
  uintptr_t *page_ = [] {
    void *pages = reserve_pages(2 * os_page_bytes, os_page_bytes);
    EXPECT_EQ(commit_pages(pages, os_page_bytes), CommitResult::Done);
    return static_cast<uintptr_t *>(pages);
  }();
  uintptr_t *end_ = page_ + os_page_bytes / sizeof(uintptr_t);
  std::mt19937_64 random_{7};

  ~Filters() override { unmap_pages(page_, 2 * os_page_bytes); }

  template <class Copy> void compare(uint32_t words, Copy &&copy, const Words &wanted) {
    Target target;
    ASSERT_EQ(target.copied(copy(end_ - words, target.words)), wanted);
  }
};

TEST_F(Filters, CopyWhatTheRangeHasOfTheMask) {
  size_t copied = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto words = static_cast<uint32_t>(1 + random_() % WordFilter::kWords);
    for (uint32_t i = 0; i < words; ++i)
      end_[-1 - static_cast<ptrdiff_t>(i)] = some_word(random_);
    uint64_t mask = random_() & (random_() | (round % 2 ? ~uint64_t{0} : 0)) &
                    (~uint64_t{0} >> (WordFilter::kWords - words));
    Words wanted = expected(end_ - words, mask);
    copied += wanted.size();
    compare(
        words,
        [&](const uintptr_t *first, uintptr_t *to) {
          return ScalarFilter::copy(first, mask, kRange, to);
        },
        wanted);
    if (Avx512Filter::usable())
      compare(
          words,
          [&](const uintptr_t *first, uintptr_t *to) { return copy_avx512(first, mask, to); },
          wanted);
  }
  EXPECT_GT(copied, 20'000u);
}

TEST_F(Filters, CopyAll) {
  for (int round = 0; round < 20'000; ++round) {
    auto words = static_cast<uint32_t>(1 + random_() % WordFilter::kWords);
    // Much that is null, in runs.
    for (uint32_t i = 0; i < words; ++i)
      end_[-1 - static_cast<ptrdiff_t>(i)] = round % 3 == 0 && i / 8 % 2 ? 0 : some_word(random_);
    Words wanted = expected(end_ - words, ~uint64_t{0} >> (WordFilter::kWords - words));
    compare(
        words,
        [&](const uintptr_t *first, uintptr_t *to) {
          return ScalarFilter::copy_all(first, words, kRange, to);
        },
        wanted);
    if (Avx512Filter::usable())
      compare(
          words,
          [&](const uintptr_t *first, uintptr_t *to) {
            return Avx512Filter::copy_all(first, words, kRange, to);
          },
          wanted);
  }
}

} // namespace
} // namespace tricolor::rt
