//===- test/unit/api/sorting_test.cpp - The runtime's qsort ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Order, permutation, the number of comparisons, comparators that leave or lie, and what a raised barrier flag makes
// of a move.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <sys/mman.h>
#include <vector>

namespace tricolor::rt {
namespace {

// What the comparators know of the array.
struct Sorting {
  size_t key_bytes = 0;
  size_t comparisons = 0;
  size_t limit = SIZE_MAX; // the comparison at which it is left
  std::jmp_buf *exit = nullptr;
  std::mt19937 random;
};
Sorting g_sorting;

struct Left {};

void count_comparison() {
  if (++g_sorting.comparisons != g_sorting.limit)
    return;
  if (g_sorting.exit)
    std::longjmp(*g_sorting.exit, 1);
  throw Left();
}

int compare_keys(const void *a, const void *b) {
  count_comparison();
  return memcmp(a, b, g_sorting.key_bytes);
}

int compare_numbers(const void *a, const void *b) {
  count_comparison();
  uint64_t left = *static_cast<const uint64_t *>(a), right = *static_cast<const uint64_t *>(b);
  return left < right ? -1 : left > right;
}

int compare_with(const void *a, const void *b, void *sorting) {
  EXPECT_EQ(sorting, &g_sorting);
  return compare_numbers(b, a);
}

int compare_at_random(const void *, const void *) {
  count_comparison();
  return static_cast<int>(g_sorting.random() % 3) - 1;
}

int compare_nothing(const void *, const void *) { return 0; }
int compare_always_less(const void *, const void *) { return -1; }
int compare_always_greater(const void *, const void *) { return 1; }

size_t log2_up(size_t n) {
  size_t log = 0;
  while (size_t{1} << log < n)
    ++log;
  return log;
}

// Sorts a copy and says how many comparisons it took.
size_t sort_numbers(std::vector<uint64_t> numbers) {
  std::vector<uint64_t> expected = numbers;
  std::sort(expected.begin(), expected.end());
  g_sorting = {};
  tricolor_qsort(numbers.data(), numbers.size(), sizeof(uint64_t), compare_numbers);
  EXPECT_EQ(numbers, expected);
  return g_sorting.comparisons;
}

using Element = std::vector<unsigned char>;

std::vector<Element> elements_of(const unsigned char *array, size_t count, size_t size) {
  std::vector<Element> elements;
  for (size_t i = 0; i < count; ++i)
    elements.emplace_back(array + i * size, array + (i + 1) * size);
  return elements;
}

TEST(Sorting, EverySizeAndAlignment) {
  std::mt19937 random(1);
  for (size_t size = 1; size <= 40; ++size)
    for (size_t offset : {0, 1, 2, 4})
      for (size_t count : {0, 1, 2, 3, 5, 12, 13, 14, 100, 1000}) {
        // A guard of an element on both sides.
        std::vector<uint64_t> storage((count * size + 2 * size + offset) / 8 + 2);
        auto *array =
            reinterpret_cast<unsigned char *>(storage.data()) + (size + 7) / 8 * 8 + offset;
        auto *begin = reinterpret_cast<unsigned char *>(storage.data());
        unsigned char *end = begin + storage.size() * 8;
        std::generate(begin, end, [&] { return random() % (random() % 2 ? 256 : 3); });
        Element before(begin, array), behind(array + count * size, end);
        std::vector<Element> expected = elements_of(array, count, size);
        std::sort(expected.begin(), expected.end());
        g_sorting = {};
        g_sorting.key_bytes = size;
        tricolor_qsort(array, count, size, compare_keys);
        ASSERT_EQ(elements_of(array, count, size), expected)
            << size << " " << offset << " " << count;
        ASSERT_EQ(Element(begin, array), before);
        ASSERT_EQ(Element(array + count * size, end), behind);
      }
}

TEST(Sorting, ElementsMoveAsAWhole) {
  struct Wide {
    uint64_t key, copies[9];
  };
  std::mt19937_64 random(2);
  std::vector<Wide> wide(3000);
  for (Wide &element : wide) {
    element.key = random() % 500;
    std::fill(std::begin(element.copies), std::end(element.copies), element.key);
  }
  g_sorting = {};
  tricolor_qsort(wide.data(), wide.size(), sizeof(Wide), compare_numbers);
  for (size_t i = 0; i < wide.size(); ++i) {
    EXPECT_TRUE(i == 0 || wide[i - 1].key <= wide[i].key);
    for (uint64_t copy : wide[i].copies)
      ASSERT_EQ(copy, wide[i].key);
  }
}

TEST(Sorting, TheArgumentReachesTheComparator) {
  std::vector<uint64_t> numbers(500);
  std::mt19937_64 random(3);
  std::generate(numbers.begin(), numbers.end(), random);
  g_sorting = {};
  tricolor_qsort_r(numbers.data(), numbers.size(), sizeof(uint64_t), compare_with, &g_sorting);
  EXPECT_TRUE(std::is_sorted(numbers.rbegin(), numbers.rend()));
}

TEST(Sorting, NothingToSort) {
  uint64_t one = 1;
  g_sorting = {};
  tricolor_qsort(nullptr, 0, 8, compare_numbers);
  tricolor_qsort(&one, 1, 8, compare_numbers);
  tricolor_qsort(&one, 5, 0, compare_numbers);
  EXPECT_EQ(g_sorting.comparisons, 0u);
  EXPECT_EQ(one, 1u);
}

TEST(Sorting, PatternsStayFarFromQuadratic) {
  constexpr size_t kCount = 1 << 14;
  std::vector<uint64_t> numbers(kCount);
  auto comparisons = [&](auto number) {
    for (size_t i = 0; i < kCount; ++i)
      numbers[i] = number(i);
    return sort_numbers(numbers);
  };
  std::mt19937_64 random(4);
  const size_t n_log_n = kCount * log2_up(kCount);
  // The median of three is good for these: not far from what a sort must make.
  const size_t good = n_log_n * 3 / 2;
  EXPECT_LE(comparisons([&](size_t) { return random(); }), good);
  EXPECT_LE(comparisons([&](size_t) { return random() % 2; }), good);
  EXPECT_LE(comparisons([](size_t) { return 7; }), good);
  EXPECT_LE(comparisons([](size_t i) { return i; }), good);
  EXPECT_LE(comparisons([](size_t i) { return kCount - i; }), good);
  EXPECT_LE(comparisons([](size_t i) { return i % 128; }), good);
  EXPECT_LE(comparisons([](size_t i) { return (i * 7919) % kCount; }), good);
  // Organ pipes are not.
  EXPECT_LE(comparisons([](size_t i) { return std::min(i, kCount - i); }), 5 * n_log_n);
}

// McIlroy's adversary: decides what an element is when it is compared, so that each pivot is a bad one.
struct Adversary {
  std::vector<uint32_t> value;
  uint32_t gas, solid = 0, candidate = 0;
};
Adversary *g_adversary;

int compare_adversely(const void *a, const void *b) {
  ++g_sorting.comparisons;
  Adversary &self = *g_adversary;
  uint32_t x = *static_cast<const uint32_t *>(a), y = *static_cast<const uint32_t *>(b);
  if (self.value[x] == self.gas && self.value[y] == self.gas)
    self.value[x == self.candidate ? x : y] = self.solid++;
  if (self.value[x] == self.gas)
    self.candidate = x;
  else if (self.value[y] == self.gas)
    self.candidate = y;
  return self.value[x] < self.value[y] ? -1 : self.value[x] > self.value[y];
}

TEST(Sorting, AnAdversaryCannotMakeItQuadratic) {
  constexpr uint32_t kCount = 1 << 14;
  Adversary adversary;
  adversary.gas = kCount;
  adversary.value.assign(kCount, kCount);
  g_adversary = &adversary;
  std::vector<uint32_t> indices(kCount);
  for (uint32_t i = 0; i < kCount; ++i)
    indices[i] = i;
  g_sorting = {};
  tricolor_qsort(indices.data(), kCount, sizeof(uint32_t), compare_adversely);
  const size_t n_log_n = kCount * log2_up(kCount);
  // Quicksort to its greatest depth, then heap sort. Without the second it would be n * n / 8, or 146 n log n.
  EXPECT_LE(g_sorting.comparisons, 5 * n_log_n);
  // And it was bad: else this test shows nothing.
  EXPECT_GT(g_sorting.comparisons, 2 * n_log_n);
  for (uint32_t i = 1; i < kCount; ++i)
    ASSERT_LE(adversary.value[indices[i - 1]], adversary.value[indices[i]]);
  g_adversary = nullptr;
}

enum class Exit { Throw, Jump };

// Leaves at each comparison in turn; the array is a permutation of what it was.
void leave_at_each(Exit how) {
  std::vector<uint64_t> numbers(60);
  std::mt19937_64 random(5);
  std::generate(numbers.begin(), numbers.end(), [&] { return random() % 40; });
  const std::multiset<uint64_t> content(numbers.begin(), numbers.end());
  size_t left = 0;
  for (volatile size_t limit = 1;; limit = limit + 1) {
    std::vector<uint64_t> copy = numbers;
    std::jmp_buf exit;
    g_sorting = {};
    g_sorting.limit = limit;
    g_sorting.exit = how == Exit::Jump ? &exit : nullptr;
    try {
      if (how == Exit::Jump && setjmp(exit)) {
        EXPECT_EQ(std::multiset<uint64_t>(copy.begin(), copy.end()), content);
        left = limit;
        continue;
      }
      tricolor_qsort(copy.data(), copy.size(), sizeof(uint64_t), compare_numbers);
    } catch (Left) {
      EXPECT_EQ(std::multiset<uint64_t>(copy.begin(), copy.end()), content);
      left = limit;
      continue;
    }
    EXPECT_TRUE(std::is_sorted(copy.begin(), copy.end()));
    EXPECT_EQ(g_sorting.comparisons, left);
    break;
  }
  EXPECT_GT(left, 100u);
  EXPECT_EQ(current_mutator().state.load(), MutatorState::Running);
}

TEST(Sorting, AComparatorMayThrow) { leave_at_each(Exit::Throw); }
TEST(Sorting, AComparatorMayJump) { leave_at_each(Exit::Jump); }

TEST(Sorting, ComparatorsThatLieStayInBounds) {
  for (size_t count : {2, 13, 14, 50, 3000})
    for (auto compare :
         {compare_at_random, compare_nothing, compare_always_less, compare_always_greater}) {
      std::vector<uint64_t> numbers(count + 2);
      for (size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i;
      g_sorting = {};
      tricolor_qsort(numbers.data() + 1, count, sizeof(uint64_t), compare);
      EXPECT_EQ(numbers.front(), 0u);
      EXPECT_EQ(numbers.back(), count + 1);
      std::sort(numbers.begin(), numbers.end());
      for (size_t i = 0; i < numbers.size(); ++i)
        ASSERT_EQ(numbers[i], i);
    }
}

constexpr size_t kPage = 4096;
unsigned char *g_pages;
std::vector<MutatorState> g_states; // in moves; its memory is reserved

void protect_pages(int protection) {
  ASSERT_EQ(mprotect(g_pages + kPage, kPage, protection), 0);
  ASSERT_EQ(mprotect(g_pages + 3 * kPage, kPage, protection), 0);
}

int compare_and_protect(const void *a, const void *b) {
  protect_pages(PROT_NONE);
  return compare_numbers(a, b);
}

void note_move(int, siginfo_t *, void *) {
  g_states.push_back(current_mutator_pointer->state.load());
  protect_pages(PROT_READ | PROT_WRITE);
}

// The stop signal leaves a thread in state Runtime alone. Each element has a page that no comparison touches.
TEST(Sorting, NobodyAnswersInTheMiddleOfAMove) {
  void *pages =
      mmap(nullptr, 4 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  g_pages = static_cast<unsigned char *>(pages);
  g_pages[0] = 2;
  g_pages[2 * kPage] = 1;
  g_pages[kPage] = 20;
  g_pages[3 * kPage] = 10;
  g_states.reserve(100);
  current_mutator();
  struct sigaction action = {}, before;
  action.sa_sigaction = note_move;
  action.sa_flags = SA_SIGINFO;
  ASSERT_EQ(sigaction(SIGSEGV, &action, &before), 0);
  g_sorting = {};
  tricolor_qsort(g_pages, 2, 2 * kPage, compare_and_protect);
  ASSERT_EQ(sigaction(SIGSEGV, &before, nullptr), 0);
  EXPECT_EQ(g_states, std::vector{MutatorState::Runtime});
  EXPECT_EQ(g_pages[kPage], 10);
  EXPECT_EQ(g_pages[3 * kPage], 20);
  EXPECT_EQ(munmap(pages, 4 * kPage), 0);
}

// The words in the barrier's buffer after a sort with the flag raised. By hand: no cycle runs.
std::multiset<uintptr_t> remembered(void *array, size_t count, size_t size,
                                    int (*compare)(const void *, const void *)) {
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  buffer.count = 0;
  uint64_t flushes = buffer.flushes;
  __atomic_store_n(&tricolor_control.barrier, 1, __ATOMIC_RELAXED);
  tricolor_qsort(array, count, size, compare);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_RELAXED);
  EXPECT_EQ(buffer.flushes, flushes) << "too many words for this test";
  std::multiset<uintptr_t> words(buffer.words, buffer.words + buffer.count);
  buffer.count = 0;
  return words;
}

TEST(Sorting, WordsThatMoveAreRemembered) {
  g_sorting = {};
  // Insertion: 3 goes in front of 5 and 7; 9 stays.
  uint64_t few[] = {5, 7, 3, 9};
  EXPECT_EQ(remembered(few, 4, 8, compare_numbers), (std::multiset<uintptr_t>{3, 5, 7}));
  // Both words of elements of two.
  uint64_t pairs[] = {2, 20, 1, 10, 3, 30};
  EXPECT_EQ(remembered(pairs, 3, 16, compare_numbers), (std::multiset<uintptr_t>{1, 2, 10, 20}));
  // Only what moves.
  uint64_t sorted[] = {1, 2, 3};
  EXPECT_TRUE(remembered(sorted, 3, 8, compare_numbers).empty());
  // Partitions: whatever is not where it was.
  std::vector<uint64_t> many(59), before(59);
  for (size_t i = 0; i < many.size(); ++i)
    before[i] = many[i] = 1 + i * 7919 % 59;
  std::multiset<uintptr_t> words = remembered(many.data(), many.size(), 8, compare_numbers);
  for (size_t i = 0; i < many.size(); ++i)
    EXPECT_TRUE(many[i] == before[i] || words.contains(many[i])) << i;
}

TEST(Sorting, NothingIsRememberedWithoutTheFlagOrOfShortElements) {
  g_sorting = {};
  g_sorting.key_bytes = 4;
  uint32_t halves[] = {4, 3, 2, 1};
  EXPECT_TRUE(remembered(halves, 4, 4, compare_keys).empty());
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  buffer.count = 0;
  uint64_t few[] = {5, 7, 3, 9};
  tricolor_qsort(few, 4, 8, compare_numbers);
  EXPECT_EQ(buffer.count, 0u);
}

} // namespace
} // namespace tricolor::rt
