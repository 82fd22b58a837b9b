//===- rt/os/sort.h - Sorting in place ----------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Heap sort: n log n in the worst case, no memory, no recursion, no libstdc++ symbol.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_SORT_H
#define TRICOLOR_RT_OS_SORT_H

#include <cstddef>
#include <utility>

namespace tricolor::rt {

/// Sorts items[0, count) so that less(items[i + 1], items[i]) is false for all i. Not stable.
template <class T, class Less> void sort_in_place(T *items, size_t count, Less less) {
  auto sift_down = [&](size_t root, size_t end) {
    for (;;) {
      size_t child = 2 * root + 1;
      if (child >= end)
        return;
      if (child + 1 < end && less(items[child], items[child + 1]))
        ++child;
      if (!less(items[root], items[child]))
        return;
      std::swap(items[root], items[child]);
      root = child;
    }
  };
  for (size_t i = count / 2; i-- > 0;)
    sift_down(i, count);
  for (size_t end = count; end > 1;) {
    --end;
    std::swap(items[0], items[end]);
    sift_down(0, end);
  }
}

/// The first index in the sorted items[0, count) for which `before(items[i])` is false.
template <class T, class Before>
size_t partition_index(const T *items, size_t count, Before before) {
  size_t low = 0;
  while (count > 0) {
    size_t half = count / 2;
    if (before(items[low + half])) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_SORT_H
