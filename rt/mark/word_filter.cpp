//===- rt/mark/word_filter.cpp - The words of an object that may be pointers ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/word_filter.h"

#include <cpuid.h>

namespace tricolor::rt {

uint32_t ScalarFilter::copy_all(const uintptr_t *first, uint32_t count, HeapRange range,
                                uintptr_t *to) {
  // Much of large arrays is null.
  constexpr uint32_t kTogether = 8;
  const uintptr_t *end = first + count;
  uint32_t copied = 0;
  auto take = [&](uintptr_t word) {
    to[copied] = word;
    copied += range.contains(word);
  };
  for (; first + kTogether <= end; first += kTogether) {
    uintptr_t words[kTogether], any = 0;
    for (uint32_t i = 0; i < kTogether; ++i)
      any |= words[i] = racing_word(first + i);
    if (any != 0)
      for (uintptr_t word : words)
        take(word);
  }
  for (; first < end; ++first)
    take(racing_word(first));
  return copied;
}

// The compiler's own question (__builtin_cpu_supports) needs a constructor of libgcc's to have run.
bool Avx512Filter::usable() {
  if (is_sanitized)
    return false; // which reads words that others write
  unsigned a, b, c, d;
  constexpr unsigned kPopcnt = 1u << 23, kXgetbv = 1u << 27;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & kPopcnt) || !(c & kXgetbv))
    return false;
  // What the operating system saves: xmm, ymm, and the three parts of AVX-512.
  constexpr unsigned kStates = 0xe6;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & kStates) != kStates)
    return false;
  constexpr unsigned kBmi1 = 1u << 3, kBmi2 = 1u << 8, kAvx512f = 1u << 16, kLzcnt = 1u << 5;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & kBmi1) || !(b & kBmi2) || !(b & kAvx512f))
    return false;
  return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & kLzcnt);
}

} // namespace tricolor::rt
