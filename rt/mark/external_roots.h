//===- rt/mark/external_roots.h - Memory outside the heap that holds references -----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Ranges of memory that libraries own and that may hold references: exception objects in flight. Each
// word of a range is a root from add() to remove().
//
// The list is guarded by a lock that mutators take in state Runtime only, so that the markers may read
// it without the lock while the world is stopped. While mutators run, the collector logs the words of all
// ranges instead, under the lock, which it lets go again and again. A range that is removed before its
// turn, while departing roots are logged (barrier_log.h), has its words logged by who removes it; one that
// is added needs nothing: what is stored in it is stored with barriers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_EXTERNAL_ROOTS_H
#define TRICOLOR_RT_MARK_EXTERNAL_ROOTS_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct ExternalRoot {
  uintptr_t begin;
  size_t bytes;
  // For the owner's use: what the exception's own destructor was.
  void (*destructor)(void *);
  ExternalRoot *next;
  ExternalRoot *previous;
};

// Makes [begin, begin + bytes) a root. Ends the program when there is no memory. State Runtime.
void add_external_root(const void *begin, size_t bytes);
// Sets the destructor of the root that begins at `begin`, if there is one. State Runtime.
void set_external_root_destructor(const void *begin, void (*destructor)(void *));
// A copy of the root that begins at `begin`; all zero if there is none. State Runtime.
ExternalRoot find_external_root(const void *begin);
// Removes the root that begins at `begin`, if there is one. State Runtime.
void remove_external_root(const void *begin);

// Logs the words of all roots and returns how many bytes those are. By the collector, mutators running or
// stopped.
size_t log_external_roots();

// The first of all roots (follow `next`). World stopped.
const ExternalRoot *first_external_root();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_EXTERNAL_ROOTS_H
