//===- rt/mark/racing_word.h - A word that somebody may be writing ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Marking reads memory while mutators store into it. Either value will do: the barrier has remembered
// the other. A barrier reads the word that is about to be overwritten, which another thread may be
// overwriting too, if the program's stores are atomic: that thread's barrier has remembered what it stores.
// What is needed is one load of one word, which the compiler neither splits nor repeats, and which the
// sanitizers do not report: to them it is a race like any other.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_RACING_WORD_H
#define TRICOLOR_RT_MARK_RACING_WORD_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

[[gnu::no_sanitize("address", "thread")]] inline uintptr_t racing_word(const uintptr_t *at) {
  return *static_cast<const volatile uintptr_t *>(at);
}

// Of a place that need not be aligned: a packed field may carry a tagged pointer.
[[gnu::no_sanitize("address", "thread", "alignment")]] inline uintptr_t
racing_word_anywhere(const void *at) {
  using Unaligned [[gnu::aligned(1)]] = uintptr_t;
  return *static_cast<const volatile Unaligned *>(at);
}

// Calls f(const uintptr_t *word) for each aligned word of the `bytes` bytes at `place`.
template <class F> void for_each_aligned_word(const void *place, size_t bytes, F &&f) {
  constexpr uintptr_t kWord = sizeof(uintptr_t);
  auto first = reinterpret_cast<uintptr_t>(place);
  uintptr_t end = (first + bytes) & ~(kWord - 1);
  for (uintptr_t at = (first + kWord - 1) & ~(kWord - 1); at < end; at += kWord)
    f(reinterpret_cast<const uintptr_t *>(at));
}

// The word of a copy's source that goes to this word of its destination.
inline uintptr_t racing_word_of_source(const void *source, const void *destination,
                                       const uintptr_t *word) {
  auto offset = reinterpret_cast<uintptr_t>(word) - reinterpret_cast<uintptr_t>(destination);
  return racing_word_anywhere(static_cast<const char *>(source) + offset);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_RACING_WORD_H
