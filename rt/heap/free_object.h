//===- rt/heap/free_object.h - Freeing early ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_FREE_OBJECT_H
#define TRICOLOR_RT_HEAP_FREE_OBJECT_H

#include "heap/find_object.h"

#include <cstddef>
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

/// What frees of one thread add to the heap's counters, gathered, because each addition would take as long as the
/// rest of a free. Zero is empty.
class FreeCounts {
public:
  /// A free of an object of the class. `again`: its slot counts as allocated once more.
  enum class Slot : uint8_t { Free, Again };
  void add(unsigned class_index, size_t object_bytes, Slot slot) {
    if (class_index != class_index_ || object_bytes != object_bytes_) {
      flush();
      class_index_ = class_index;
      object_bytes_ = object_bytes;
    }
    objects_ += 1;
    again_ += slot == Slot::Again;
    if (objects_ * object_bytes >= most_bytes || objects_ == most_objects)
      flush();
  }
  /// Adds them. The owner, or the collector while it keeps it from running.
  void flush();

private:
  // More: fewer additions; fewer: the pacer and stats() know sooner.
  static constexpr uint32_t most_objects = 64;
  static constexpr size_t most_bytes = size_t{8} * 1024;

  unsigned class_index_;
  uint32_t objects_, again_;
  size_t object_bytes_;
};

/// The same as free_object() for an object that the caller has found at its address, counted by `counts`. False: another
/// free was faster.
bool free_found_object(const ObjectRef &object, FreeCounts &counts);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_FREE_OBJECT_H
