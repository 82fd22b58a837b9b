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

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_RACING_WORD_H
