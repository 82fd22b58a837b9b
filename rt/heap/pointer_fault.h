//===- rt/heap/pointer_fault.h - What is wrong with a pointer -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Whether a word that is meant as a pointer may be one: null, an address outside of the heap, an address in
// an object, or the one behind it. What is checked is the heap's own knowledge, at some moment during the
// call; objects that a running marking has not reached yet are as good as others.
//
// An object that the last marking did not reach, and that the sweep has not come to yet, is faulty already:
// marking is complete before a sweep begins, and whatever was allocated since is marked, or in a span of the
// new generation (reclaim.h). The mark bit of a live object is cleared while its span's generation is odd, so
// a bit that is read between two equal, even generations is that of the marking.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_POINTER_FAULT_H
#define TRICOLOR_RT_HEAP_POINTER_FAULT_H

#include "heap/allocation_sites.h"
#include "heap/object_kind.h"
#include "heap/page_table.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class PointerFault : uint8_t {
  None,
  FreeSlot,       // of a span that has others, or had
  DeadObject,     // which the sweep has not come to
  BeyondObject,   // behind the end of an object that knows its size, in its slot
  BetweenObjects, // behind the last slot of a span
  FreePages,
};

struct PointerVerdict {
  PointerFault fault = PointerFault::None;
  // Of the object that is or was there; of free pages, of the last one that began at the address or below.
  ObjectHistory history = {};
  // Of the span, if there is one.
  size_t slot_bytes = 0;
  ObjectKind kind = ObjectKind::Noscan;
};

// Any thread that no span can end under: state Runtime, or the world stopped.
PointerVerdict judge_pointer(uintptr_t word);

// Whether a collection has freed what the word points to, and nothing has taken its place: what no exact slot
// of a live object can hold if all is well. Addresses of what the program has freed itself are not; these may
// stay behind. World stopped, allocation sites recorded.
bool is_stale(uintptr_t word, PointerVerdict *verdict);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_POINTER_FAULT_H
