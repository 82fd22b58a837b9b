//===- rt/heap/poison.h - Catching writes to freed memory ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// With poison on, every free slot and every dirty free page is filled with poison_byte. Filled when
// it is freed, checked when it is about to be used again: a difference is a write through a
// dangling pointer.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_POISON_H
#define TRICOLOR_RT_HEAP_POISON_H

#include "heap/config.h"
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

void poison_fill(uintptr_t address, size_t bytes);
/// Ends the program with a message if a byte of the free memory was changed. `object_bytes` is the
/// slot's size for the message, 0 for free pages.
void poison_check(uintptr_t address, size_t bytes, size_t object_bytes);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_POISON_H
