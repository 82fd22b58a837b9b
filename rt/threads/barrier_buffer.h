//===- rt/threads/barrier_buffer.h - What a thread's barriers have remembered -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The words a write barrier has seen and the marker has not yet: old and new value of each store. Appended to by its
// thread only; read and emptied by the collector while the thread is parked.
//
// Beside them a table of words that were appended before. A program that moves the same references about, in a loop, would
// else remember each of them with every store, and keep marking from its end. Once is enough while marking is
// open (docs/design/concurrent.md, step 3); before, it is not, and the table is not asked.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_BARRIER_BUFFER_H
#define TRICOLOR_RT_THREADS_BARRIER_BUFFER_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class RememberedWords {
public:
  /// Whether the word is in the table; it is from then on, in the place of another one. Not null.
  [[gnu::always_inline]] bool note(uintptr_t word) {
    uintptr_t &place = words_[(word >> 4 ^ word >> 12) % kPlaces];
    bool there = place == word;
    place = word;
    return there;
  }

  void clear() {
    for (uintptr_t &word : words_)
      word = 0;
  }

private:
  // More: fewer words are remembered again; fewer: less is pushed out of the first-level cache, and cleared for each cycle.
  static constexpr size_t kPlaces = 512;
  uintptr_t words_[kPlaces] = {};
};

struct BarrierBuffer {
  // More words mean fewer flushes and later discovery of the work in them.
  static constexpr size_t kCapacity = 512;
  uintptr_t words[kCapacity];
  size_t count = 0;
  uint64_t flushes = 0;
  RememberedWords remembered; // since the thread was scanned
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_BARRIER_BUFFER_H
