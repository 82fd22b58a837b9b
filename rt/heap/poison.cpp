//===- rt/heap/poison.cpp - Catching writes to freed memory -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/poison.h"
#include "os/fatal.h"
#include <cstring>

namespace tricolor::rt {

void poison_fill(uintptr_t address, size_t bytes) {
  std::memset(reinterpret_cast<void *>(address), poison_byte, bytes);
}

void poison_check(uintptr_t address, size_t bytes, size_t object_bytes) {
  constexpr uint64_t pattern = 0x0101010101010101u * poison_byte;
  static_assert(poison_byte < 256);
  auto *words = reinterpret_cast<const uint64_t *>(address);
  for (size_t i = 0; i < bytes / 8; ++i) {
    if (words[i] == pattern) [[likely]]
      continue;
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
