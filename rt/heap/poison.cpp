//===- rt/heap/poison.cpp - Catching writes to freed memory -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/poison.h"
#include "os/fatal.h"
#include "os/sanitizer.h"
#include <cstdint>
#include <cstring>

namespace tricolor::rt {

namespace {

// The first of the words that is not `pattern`. A sanitizer would look at each of them, which is most of what the
// process does where all free pages are checked in each cycle.
TRICOLOR_NOT_INSTRUMENTED size_t first_other(const uint64_t *words, size_t count,
                                             uint64_t pattern) {
  size_t i = 0;
  while (i < count && words[i] == pattern)
    ++i;
  return i;
}

} // namespace

void poison_fill(uintptr_t address, size_t bytes) {
  std::memset(reinterpret_cast<void *>(address), poison_byte, bytes);
}

void poison_check(uintptr_t address, size_t bytes, size_t object_bytes) {
  constexpr uint64_t pattern = 0x0101010101010101u * poison_byte;
  static_assert(poison_byte < 256);
  auto *words = reinterpret_cast<const uint64_t *>(address);
  if (size_t i = first_other(words, bytes / 8, pattern); i < bytes / 8) [[unlikely]] {
    LineWriter line;
    line.str("freed memory was written to at ").hex(reinterpret_cast<uintptr_t>(words + i));
    line.str(": found ").hex(words[i]).str(" instead of ").hex(pattern);
    if (object_bytes != 0)
      line.str(", ")
          .dec(i * 8 % object_bytes)
          .str(" bytes into a free slot at ")
          .hex(address + i * 8 / object_bytes * object_bytes)
          .str(" of size class ")
          .dec(object_bytes);
    else
      line.str(", in free pages at ").hex(address);
    fatal(line,
          "something kept a pointer to an object after it was deleted or collected (a pointer the "
          "collector cannot see, or a use after delete) and wrote through it");
  }
}

} // namespace tricolor::rt
