//===- rt/stack/word_sets.h - Runs of words from bit sets -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Root lists and global records describe words by two bit sets, one for words that hold a pointer
// and one for those that may. Both become runs of neighbouring words for the sink here.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_WORD_SETS_H
#define TRICOLOR_RT_STACK_WORD_SETS_H

#include "stack/root_sink.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Hands the words of [first, first + count) whose bit is set to the sink. Bit i is bit i % 8 of
/// byte i / 8, so a set of little-endian 32-bit words is one too.
inline void visit_set(const uintptr_t *first, size_t count, const uint8_t *set,
                      RootCertainty certainty, const RootSink &sink) {
  for (size_t begin = 0; begin < count; begin += 64) {
    size_t here = count - begin < 64 ? count - begin : 64;
    uint64_t bits = 0;
    __builtin_memcpy(&bits, set + begin / 8, (here + 7) / 8);
    if (here < 64)
      bits &= (uint64_t{1} << here) - 1;
    while (bits != 0) {
      unsigned skip = static_cast<unsigned>(std::countr_zero(bits));
      unsigned run = static_cast<unsigned>(std::countr_one(bits >> skip));
      sink.words(sink.context, first + begin + skip, run, certainty);
      if (skip + run == 64)
        break;
      bits &= ~uint64_t{0} << (skip + run);
    }
  }
}

/// The same for `count` elements of `stride` words, all with the same two sets.
inline void visit_elements(const uintptr_t *first, size_t count, size_t stride,
                           const uint8_t *exact, const uint8_t *tolerant, const RootSink &sink) {
  for (size_t i = 0; i < count; ++i, first += stride) {
    visit_set(first, stride, exact, RootCertainty::Exact, sink);
    visit_set(first, stride, tolerant, RootCertainty::Tolerant, sink);
  }
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_WORD_SETS_H
