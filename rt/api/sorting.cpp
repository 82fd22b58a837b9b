//===- rt/api/sorting.cpp - qsort that the collector can follow -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// libc's qsort moves references without barriers while its comparator answers handshakes, so compiled code calls
// these functions in place of it. Quicksort with the median of three; heap sort where that gets deep, insertion sort
// where a part is short: never more than n log n, no memory but a few frames.
//
// Invariants:
//
//  1. Whenever the comparator runs, and at every other safepoint, the array is a permutation of what it was. Elements
//     are compared where they are, and move by swaps and rotations only, each in one stay in state Runtime. So a
//     comparator may throw or jump away too: nothing is to be undone.
//  2. The test of the barrier flag, what it makes the barrier remember, and the move lie in the same stay. All that a
//     move overwrites is also what it stores: each word is remembered once.
//  3. The comparator is called in the caller's state. The frames here are scanned conservatively then, as external
//     code's are, and they hold `base` and `argument` to the end: the caller's map lists neither if it needs them no
//     more.
//  4. A comparator that contradicts itself leaves some order, and no access out of bounds.
//
//===------------------------------------------------------------------------------------------===//

#include "api/export.h"
#include "mark/barrier_log.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <string.h>
#include <utility>

using namespace tricolor::rt;

namespace {

// Parts of up to so many elements are sorted by insertion. Higher: fewer partitions, more comparisons and moves in
// each part, and longer stays in state Runtime; lower: the other way round.
constexpr size_t kInsertion = 12;

// The program's comparator; `plain` or `with_argument` is null.
struct Order {
  int (*plain)(const void *, const void *);
  int (*with_argument)(const void *, const void *, void *);
  void *argument;

  bool less(const char *a, const char *b) const {
    return (plain ? plain(a, b) : with_argument(a, b, argument)) < 0;
  }
};

// Markers may read a word while it is moved, so it is moved in one access.
template <class Unit> Unit load(const char *at) {
  if constexpr (sizeof(Unit) == sizeof(uintptr_t))
    return __atomic_load_n(reinterpret_cast<const Unit *>(at), __ATOMIC_RELAXED);
  Unit unit;
  memcpy(&unit, at, sizeof unit);
  return unit;
}

template <class Unit> void store(char *at, Unit unit) {
  if constexpr (sizeof(Unit) == sizeof(uintptr_t))
    __atomic_store_n(reinterpret_cast<Unit *>(at), unit, __ATOMIC_RELAXED);
  else
    memcpy(at, &unit, sizeof unit);
}

template <class Unit> void swap_units(char *a, char *b, size_t size) {
  for (size_t i = 0; i != size; i += sizeof(Unit)) {
    auto unit = load<Unit>(a + i);
    store(a + i, load<Unit>(b + i));
    store(b + i, unit);
  }
}

template <class Unit> void rotate_units(char *first, char *last, size_t size) {
  for (size_t i = 0; i != size; i += sizeof(Unit)) {
    auto unit = load<Unit>(last + i);
    for (char *to = last; to != first; to -= size)
      store(to + i, load<Unit>(to - size + i));
    store(first + i, unit);
  }
}

class Array {
public:
  Array(void *base, size_t size, const Order &order)
      : base_(static_cast<char *>(base)), size_(size), order_(order) {
    size_t bits = reinterpret_cast<uintptr_t>(base) | size | sizeof(uintptr_t);
    unit_ = bits & -bits;
  }

  void sort(size_t count) {
    // Twice the depth of partitions into halves. Higher: heap sort, which is slower, takes over later in an unlucky
    // case; lower: also where quicksort would have done.
    unsigned depth = 2 * (64 - static_cast<unsigned>(__builtin_clzll(count)));
    quick_sort(0, count, depth);
  }

private:
  char *at(size_t index) const { return base_ + index * size_; }
  bool less(size_t a, size_t b) const { return order_.less(at(a), at(b)); }

  // The elements [first, last). The recursion is for the smaller part, so it is not deeper than log2(count).
  void quick_sort(size_t first, size_t last, unsigned depth) {
    while (last - first > kInsertion) {
      if (depth-- == 0)
        return heap_sort(first, last);
      size_t middle = partition(first, last);
      if (middle - first < last - middle) {
        quick_sort(first, middle, depth);
        first = middle + 1;
      } else {
        quick_sort(middle + 1, last, depth);
        last = middle;
      }
    }
    insertion_sort(first, last);
  }

  // Puts one element where it belongs, with none that is greater before it and none that is less behind. Both scans stop
  // at equal elements, so many of them do not make the parts uneven.
  size_t partition(size_t first, size_t last) {
    size_t middle = first + (last - first) / 2, end = last - 1;
    if (less(middle, first))
      swap(middle, first);
    if (less(end, middle)) {
      swap(end, middle);
      if (less(middle, first))
        swap(middle, first);
    }
    size_t pivot = first + 1, low = pivot, high = end;
    swap(middle, pivot);
    for (;;) {
      do
        ++low;
      while (low < high && less(low, pivot));
      do
        --high;
      while (high > pivot && less(pivot, high));
      if (low >= high)
        break;
      swap(low, high);
    }
    swap(pivot, high);
    return high;
  }

  void insertion_sort(size_t first, size_t last) {
    for (size_t next = first + 1; next < last; ++next) {
      size_t place = next;
      while (place > first && less(next, place - 1))
        --place;
      if (place != next)
        rotate(place, next);
    }
  }

  void heap_sort(size_t first, size_t last) {
    size_t count = last - first;
    auto sift_down = [&](size_t root, size_t end) {
      for (size_t child; (child = 2 * root + 1) < end; root = child) {
        if (child + 1 < end && less(first + child, first + child + 1))
          ++child;
        if (!less(first + root, first + child))
          return;
        swap(first + root, first + child);
      }
    };
    for (size_t root = count / 2; root-- > 0;)
      sift_down(root, count);
    for (size_t end = count; end-- > 1;) {
      swap(first, first + end);
      sift_down(0, end);
    }
  }

  //===--- Moves --------------------------------------------------------------------------------===//

  // Calls `move` as a move of what the two pieces of the array hold. Elements shorter than a word hold no references.
  template <class Move> void moving(char *a, size_t a_bytes, char *b, size_t b_bytes, Move move) {
    if (size_ < sizeof(uintptr_t))
      return move();
    Mutator &self = current_mutator();
    RuntimeScope scope(self);
    if (barrier_is_on()) [[unlikely]] {
      barrier_remember_moved(self, a, a_bytes);
      barrier_remember_moved(self, b, b_bytes);
    }
    move();
  }

  void swap(size_t i, size_t j) {
    if (i == j)
      return;
    char *a = at(i), *b = at(j);
    moving(a, size_, b, size_,
           [&] { with_unit([&]<class Unit>(Unit) { swap_units<Unit>(a, b, size_); }); });
  }

  // The element `last` comes to `first`; those between move up by one.
  void rotate(size_t first, size_t last) {
    char *a = at(first), *b = at(last);
    moving(a, static_cast<size_t>(b - a) + size_, b, 0,
           [&] { with_unit([&]<class Unit>(Unit) { rotate_units<Unit>(a, b, size_); }); });
  }

  template <class Work> void with_unit(Work work) const {
    switch (unit_) {
    case 8:
      return work(uint64_t{});
    case 4:
      return work(uint32_t{});
    case 2:
      return work(uint16_t{});
    default:
      return work(uint8_t{});
    }
  }

  char *base_;
  size_t size_;
  size_t unit_; // divides the size and the address of each element
  Order order_;
};

void sort(void *base, size_t count, size_t size, const Order &order) {
  if (count < 2 || size == 0)
    return;
  Array(base, size, order).sort(count);
  __asm__ volatile("" : : "r"(base), "r"(order.argument)); // invariant 3
}

} // namespace

TRICOLOR_API void tricolor_qsort(void *base, size_t count, size_t size,
                                 int (*compare)(const void *, const void *)) {
  sort(base, count, size, {compare, nullptr, nullptr});
}

TRICOLOR_API void tricolor_qsort_r(void *base, size_t count, size_t size,
                                   int (*compare)(const void *, const void *, void *),
                                   void *argument) {
  sort(base, count, size, {nullptr, compare, argument});
}
