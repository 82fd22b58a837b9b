//===- rt/heap/black_ranges.h - Where a thread has lately allocated black -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A table of address ranges whose slots one cache has reserved black: a word that points there needs no
// barrier, and most pointers that a program stores while it builds something are to what it has just allocated.
//
// Ranges are found by the heap page of the word, one for each place in the table; a later one takes the place of an
// earlier one. So the table forgets, and never says so of a slot that is not black: what is in it was reserved when all
// threads were black. From then on marks stay to the end of the cycle, also when an object is deleted and its slot reserved
// again. Earlier a thread that is still white might reserve it, and clear the mark. The cache clears the table when its colour
// changes, so before all threads are black again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_BLACK_RANGES_H
#define TRICOLOR_RT_HEAP_BLACK_RANGES_H

#include "heap/geometry.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Whether all threads allocate black. By the collector: Yes when it is so, No before the first one no longer does.
enum class AllBlack : uint8_t { No, Yes };
void set_all_black(AllBlack all);

class BlackRanges {
public:
  void add(uintptr_t low, uintptr_t high) {
    for (uintptr_t page = low >> page_shift; page <= (high - 1) >> page_shift; ++page)
      ranges_[page % places] = {low, high};
  }

  [[gnu::always_inline]] bool contain(uintptr_t word) const {
    const Range &range = ranges_[(word >> page_shift) % places];
    return word - range.low < range.high - range.low;
  }

  void clear() {
    for (Range &range : ranges_)
      range = {};
  }

private:
  // More: older ranges are remembered, too; fewer: less is cleared for each cycle, and pushed out of the cache.
  static constexpr size_t places = 64;

  struct Range {
    uintptr_t low = 0;
    uintptr_t high = 0;
  };
  Range ranges_[places] = {};
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_BLACK_RANGES_H
