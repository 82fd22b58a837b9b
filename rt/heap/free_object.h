//===- rt/heap/free_object.h - Freeing early ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_FREE_OBJECT_H
#define TRICOLOR_RT_HEAP_FREE_OBJECT_H

#include <cstdint>

namespace tricolor::rt {

enum class FreeResult : uint8_t {
  Freed,
  Foreign,      // not in our heap at all: free() may know it
  NotAllocated, // in our heap, but no object is there: a double free, most likely
  Interior,     // inside an object, not at its start
};

/// Frees the object that starts at `address`. Any thread, whoever allocated it, also while the span
/// is owned by another thread's cache, or marked, or swept; not while the world is stopped. Of two
/// frees of one object exactly one gets Freed. The mark bit stays as it is (colour.h).
FreeResult free_object(uintptr_t address);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_FREE_OBJECT_H
