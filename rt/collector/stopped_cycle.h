//===- rt/collector/stopped_cycle.h - A cycle with the world stopped ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Mode stw: marking in one pause.
//
//  1. Stop the world.
//  2. Flush every mutator's allocation cache: a run that a thread has reserved and not handed out is not
//     allocated; nobody would mark it, and the sweep would give it to somebody else.
//  3. Mark from all roots, stacks among them, with the barrier buffers.
//  4. Ephemerons, weak references, finalizers (finalization.h).
//  5. checkmark: mark again with a second set of bits; verify: check the heap.
//  6. Begin the sweep: the caches are empty.
//  7. Start the world.
//
// The barrier flag stays off: while marking runs no mutator does.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_STOPPED_CYCLE_H
#define TRICOLOR_RT_COLLECTOR_STOPPED_CYCLE_H

#include "collector/cycle.h"

namespace tricolor::rt {

// Marks and begins the sweep; fills in the record. The collector's thread, all spans swept.
void run_stopped_cycle(CycleRecord &record, unsigned markers);

// With the world stopped and everything marked: marks again with the second set of bits and ends the program
// if something reachable had not been marked. Buffers of barriers are among the roots. `pass` is one of
// the two checkmark passes.
void run_checkmark(MarkPass pass);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_STOPPED_CYCLE_H
