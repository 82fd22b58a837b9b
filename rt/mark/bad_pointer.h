//===- rt/mark/bad_pointer.h - A pointer to where no object is ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What is known of one bad pointer, and the report on it: the word and what became of the object that it
// pointed to, the slot with the object that holds it, who stored it, and the chain from a root to there.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_BAD_POINTER_H
#define TRICOLOR_RT_MARK_BAD_POINTER_H

#include "heap/pointer_fault.h"
#include "mark/root_chain.h"

#include <cstdint>

namespace tricolor::rt {

// Whether the slot is one for pointers, or for whatever.
enum class SlotUse : uint8_t { Pointer, Anything };

struct BadPointer {
  uintptr_t word = 0;
  SlotUse use = SlotUse::Pointer;
  PointerVerdict verdict;
  uintptr_t slot = 0;      // the address
  Root root;               // a global; of kind None: the slot is in `holder`
  ChainLink holder;        // its offset is the slot's
  uintptr_t stored_at = 0; // the barrier's return address; 0: found behind a marking
  pid_t thread = 0;        // that stored it
  RootChain chain;         // to the holder
};

// All of these take locks of libc: not while the world is stopped.

// Writes the report to standard error.
void report_bad_pointer(const BadPointer &bad);

// Writes what is known of what was at an address where no object is; nothing where one is, or if nothing is
// recorded.
void report_past(uintptr_t address);

// Writes a chain, and an object's type, size and allocation, as the report has them; one line each.
void report_root_chain(const RootChain &chain);
void report_object(const char *what, const ChainLink &object);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_BAD_POINTER_H
