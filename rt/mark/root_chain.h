//===- rt/mark/root_chain.h - How an object is reached from a root ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// For reports: the shortest chain of references from a root to an object. A search breadth-first over what the
// markers would visit, with a table beside the heap that says for each object by which word it was reached
// first. Roots are tried in the order in which they tell most: globals, thread_locals, frames, records that are
// no frames, memory of operator new; each with all that it reaches before the next.
//
// With the world stopped all roots are there. While it runs, only the calling thread's frames and
// thread_locals are, and what others write meanwhile may be missed: nothing is followed wrongly, and no chain
// that is found was never there, but its words may be of different moments.
//
// Memory comes from the kernel (16 to 24 bytes for each object that the heap has room for), nothing from the heap.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_ROOT_CHAIN_H
#define TRICOLOR_RT_MARK_ROOT_CHAIN_H

#include "heap/find_object.h"
#include "stack/root_sink.h"

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace tricolor::rt {

struct Mutator;

enum class RootKind : uint8_t {
  None,
  Global,
  ThreadLocal,
  Frame,
  Record, // a thread's argument or result, an exception in flight, a finalizer's object
  Traced, // memory of operator new
};

struct Root {
  RootKind kind = RootKind::None;
  RootCertainty certainty = RootCertainty::Exact;
  pid_t thread = 0;    // ThreadLocal, Frame
  uintptr_t place = 0; // Global, ThreadLocal: the word's address; Frame: where its code goes on
};

// An object of a chain, as it was when it was passed.
struct ChainLink {
  uintptr_t object = 0;
  size_t bytes = 0; // its slot
  ObjectKind kind = ObjectKind::Noscan;
  const TypeInfo *type = nullptr;
  size_t offset = 0; // of the word that refers to the next one; of the last link 0
};
ChainLink link_to(const ObjectRef &object, size_t offset);

struct RootChain {
  // Of a longer chain the first and the last half of so many are kept. More: longer reports.
  static constexpr size_t kMostLinks = 16;
  Root root;
  size_t length = 0; // objects, the one that was looked for included; 0: no chain was found
  ChainLink links[kMostLinks];
};

enum class SearchWorld : uint8_t { Stopped, Running };

// Looks for the object that begins at `object`. `self` is the calling thread's mutator with its context
// published (Running), or null (Stopped). Takes no lock but the metadata's.
RootChain find_root_chain(uintptr_t object, SearchWorld world, const Mutator *self);

// The word at the address as a root, if it is one of a global. Any thread.
Root find_global(uintptr_t slot);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_ROOT_CHAIN_H
