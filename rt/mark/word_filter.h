//===- rt/mark/word_filter.h - The words of an object that may be pointers ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A filter reads up to 64 words, those that a mask names, and copies what lies in the heap's range, in order. The range is all that
// it knows: most words of an object are null, small numbers, or pointers into the heap.
//
// There are two, which give the same. A Filter's `copy` may write kSlack words more than it copies: what they hold does not matter. Words are
// read while mutators write them (racing_word.h), each by one load that is not repeated. AVX-512 loads eight at a time; a processor
// reads each of the eight, which are aligned, at once.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_WORD_FILTER_H
#define TRICOLOR_RT_MARK_WORD_FILTER_H

#include "heap/page_table.h"
#include "mark/racing_word.h"
#include "os/sanitizer.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace tricolor::rt {

// What the page table knows. It grows while markers run: what lies beyond was allocated since, black.
struct HeapRange {
  uintptr_t base;
  size_t bytes;

  static HeapRange now() {
    return {page_table.base, page_table.grown.load(std::memory_order_acquire)};
  }
  bool contains(uintptr_t word) const { return word - base < bytes; }
};

struct WordFilter {
  static constexpr uint32_t kWords = 64, kSlack = 8;
};

struct ScalarFilter {
  // Copies those of the words of `mask`, counted from `first`, that are in the range. Returns how many.
  [[gnu::always_inline]] static uint32_t copy(const uintptr_t *first, uint64_t mask,
                                              HeapRange range, uintptr_t *to) {
    uint32_t count = 0;
    for (; mask; mask &= mask - 1) {
      uintptr_t word = racing_word(first + std::countr_zero(mask));
      to[count] = word;
      count += range.contains(word);
    }
    return count;
  }
  // The same for the `count` words at `first`, at least one and at most WordFilter::kWords.
  static uint32_t copy_all(const uintptr_t *first, uint32_t count, HeapRange range, uintptr_t *to);
};

#define TRICOLOR_AVX512 __attribute__((target("avx512f,bmi,bmi2,lzcnt,popcnt")))

struct Avx512Filter {
  // Whether this processor, and its operating system, have what the filter uses.
  static bool usable();

  // As ScalarFilter's.
  static uint32_t copy_all(const uintptr_t *first, uint32_t count, HeapRange range, uintptr_t *to);

  TRICOLOR_AVX512 [[gnu::always_inline]] static uint32_t copy(const uintptr_t *first, uint64_t mask,
                                                              HeapRange range, uintptr_t *to) {
    const __m512i base = _mm512_set1_epi64(static_cast<long long>(range.base));
    const __m512i bytes = _mm512_set1_epi64(static_cast<long long>(range.bytes));
    uint32_t count = 0;
    for (; mask; mask >>= 8, first += 8) {
      auto some = static_cast<__mmask8>(mask);
      __m512i words = _mm512_maskz_loadu_epi64(some, first);
      asm volatile("" : "+v"(words)); // read once
      __mmask8 inside = _mm512_mask_cmplt_epu64_mask(some, _mm512_sub_epi64(words, base), bytes);
      _mm512_storeu_si512(to + count, _mm512_maskz_compress_epi64(inside, words));
      count += static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(inside)));
    }
    return count;
  }
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_WORD_FILTER_H
