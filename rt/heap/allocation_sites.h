//===- rt/heap/allocation_sites.h - Where objects came from and went to -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// For reports on bad pointers: what is known of the object at an address, and of the last one that was
// there. Recorded only if the heap was told to at its beginning; otherwise nothing here costs anything.
//
// Two words for each 8 bytes of the heap's range, in a range of its own that is twice as large: an object's
// record is at a fixed place, so that no lock is needed and nothing moves. Only the records of objects'
// first words are used, so the kernel gives as much memory as there are places where objects have been.
// A record outlives its object, until another object begins at the same address.
//
//   word 0   bits 0..46 the code address behind the call that allocated; 47..61 number of the type + 1;
//            62..63 the fate
//   word 1   Live and Swept: bits 0..39 the bytes asked for, 40..63 the cycle whose sweep freed it;
//            Freed: the code address behind the call, 0 for the collector after the object's destructor
//
// Whoever allocates, frees or sweeps an object writes its record while nobody else can have the slot. Readers
// may come at any time; what they read of an object that goes meanwhile is of it or of the next one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_ALLOCATION_SITES_H
#define TRICOLOR_RT_HEAP_ALLOCATION_SITES_H

#include "heap/type_info.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class ObjectFate : uint8_t {
  Unknown, // no object has ever begun there, or nothing was recorded
  Live,
  Swept, // a collection found it dead
  Freed, // by the program, or after its destructor
};

struct ObjectHistory {
  ObjectFate fate = ObjectFate::Unknown;
  uintptr_t base = 0;
  uintptr_t allocated_at = 0;     // a return address
  const TypeInfo *type = nullptr; // null: none, or one beyond the first 32766
  size_t bytes = 0;               // asked for; 0 if Freed
  uint32_t cycle = 0;             // Swept: the collection
  uintptr_t freed_at = 0;         // Freed: a return address, or 0
};

// Reserves the records of a heap of so many bytes. Ends the program with a message if there is not
// that much address space. From heap_initialize().
void allocation_sites_initialize(size_t bytes);

namespace detail {
extern bool allocation_sites_on;
}
inline bool allocation_sites_recorded() { return detail::allocation_sites_on; }

// All of these only if allocation_sites_recorded().

// `type` may be null. By the allocating thread, before anybody else knows of the object.
void note_allocated(uintptr_t object, size_t bytes, const TypeInfo *type, uintptr_t site);
// By the sweeper, before it clears the allocation bit.
void note_swept(uintptr_t object, uint32_t cycle);
// By who frees the object, before it does. Nothing happens where no live object begins, so that of two frees
// the first one counts.
void note_freed(uintptr_t object, uintptr_t site);

// What is known of the object that begins at the address, or began there last. Any thread.
ObjectHistory history_of(uintptr_t base);
// The same of the last one that began at the address or below, as far as small objects reach. Any thread.
ObjectHistory history_around(uintptr_t address);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_ALLOCATION_SITES_H
