//===- rt/mark/barrier_log.h - What write barriers have seen ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A barrier's slow path remembers two words per store, the overwritten and the new one, in the
// mutator's own buffer: no lock, no atomic, no look at the heap, so that it may stand between any two
// instructions of compiled code. A full buffer is moved to a global list. Marking takes the words of the
// list and of the mutators' buffers as roots.
//
// Remembering words and not objects is what keeps the barrier cheap; that it need not be told whether a
// word is a pointer at all is find_object's totality again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_BARRIER_LOG_H
#define TRICOLOR_RT_MARK_BARRIER_LOG_H

#include "threads/mutator.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Marker;

// Remembers `word`, if it is not null. `self` is the caller's, in state Runtime.
void barrier_remember(Mutator &self, uintptr_t word);
// Remembers what a copy of `bytes` bytes from `source` (null: none) to `destination` overwrites and
// brings: each aligned word of the destination, and the word of the source that goes there.
void barrier_remember_copy(Mutator &self, const void *destination, const void *source,
                           size_t bytes);

// Moves a mutator's words to the global list. By the mutator, or with it stopped.
void barrier_flush(Mutator &mutator);

// Visits and removes every word of the global list. Any number of markers at a time.
void barrier_visit_log(Marker &marker);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_BARRIER_LOG_H
