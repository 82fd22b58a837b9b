//===- rt/stack/stack_memory.h - Reading the words of a stopped stack -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Words of the thread's own stack, above its stack pointer, are read directly: they are there, and
// they stand still. Any other address is read through the kernel (stack/guarded_read.h). The reads
// are hidden from sanitizers: they go through red zones and dead locals of other functions' frames.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_STACK_MEMORY_H
#define TRICOLOR_RT_STACK_STACK_MEMORY_H

#include "stack/guarded_read.h"

#include <cstdint>

namespace tricolor::rt {

/// Bytes below rsp that a function may use without moving rsp (System V ABI).
inline constexpr uintptr_t red_zone_bytes = 128;

/// The word at an address that is known to be readable.
[[gnu::no_sanitize("address", "thread", "memory")]] inline uintptr_t
read_stack_word(uintptr_t address) {
  return *reinterpret_cast<const volatile uintptr_t *>(address);
}

/// The bounds of a thread's stack and how far down it is in use.
struct StackMemory {
  uintptr_t low, high;

  bool contains(uintptr_t address) const { return address >= low && address < high; }

  /// False if the address is not readable. `in_use` is the lowest address known to be in use.
  bool read(uintptr_t address, uintptr_t in_use, uintptr_t *value) const {
    if (address >= low && address >= in_use && address < high && high - address >= 8 &&
        address % 8 == 0) [[likely]] {
      *value = read_stack_word(address);
      return true;
    }
    return guarded_read(address, value, sizeof *value);
  }
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_STACK_MEMORY_H
