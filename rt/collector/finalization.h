//===- rt/collector/finalization.h - What is done with the dead ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Between the end of marking and the beginning of the sweep. An object with specials (heap/specials.h)
// that is not marked is dead, and now everything is done that depends on its being so:
//
//  1. mark_ephemerons(): for each entry of a table whose key is marked, its value is marked, with all that it
//     reaches, until nothing changes. Only then is it known who is dead.
//  2. weak_close() (heap/weak_cell.h): from here on no weak reference brings a dead object back.
//  3. finalize_dead():
//     a. The dead are found by words of bits. Their weak references become null.
//     b. Finalizers of the dead are queued, and these objects marked again with all that they reach: they
//        live until their finalizers have run, at least. (Before c: a finalizer may use what its object reaches,
//        so that is not destroyed.) Ephemerons again.
//     c. Objects that are still unmarked and have destructors are queued and marked with what they reach.
//        Those that no other one of them reaches come first: an owner before what it owns, so that an owner
//        that deletes what it owns finds it undestroyed. Ephemerons again.
//     d. Cleanups of objects that are destroyed, or not marked now, are queued.
//     e. What is still unmarked loses its other records: weak cells, keys and tables of ephemerons.
//     f. The batch is queued. weak_open(): no weak reference to an unmarked object is left.
//
// The cost is that of the dead with specials, of what finalizers and destructors retain, and a word of bits for
// 64 slots of spans that have specials; in 1, that of the tables' entries.
//
// Who calls it when: with the world stopped, 1 to 3 one after the other. While mutators run,
// docs/design/concurrent.md says what must lie between them; the parts are the same. The collector's thread.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_FINALIZATION_H
#define TRICOLOR_RT_COLLECTOR_FINALIZATION_H

#include "mark/marking.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

// How this cycle marks more. Returns when everything that is reachable from the words is black.
struct FurtherMarking {
  void *context;
  void (*mark)(void *context, MarkStart start, const uintptr_t *words, size_t count);
};

// What finalize_dead() did.
struct FinalizationCounts {
  uint64_t bit_words;   // looked at
  uint64_t dead;        // objects looked at
  uint64_t weak;        // weak references' cells that became null
  uint64_t finalizers;  // queued
  uint64_t destructors; // queued
  uint64_t cleanups;    // queued
};

// Step 1. Returns how many values were marked.
uint64_t mark_ephemerons(const FurtherMarking &marking);
// Step 3. Cells must be closed.
FinalizationCounts finalize_dead(const FurtherMarking &marking);

// What the last cycle did.
const FinalizationCounts &last_finalization();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_FINALIZATION_H
