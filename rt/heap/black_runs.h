//===- rt/heap/black_runs.h - What was allocated black ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A list of the slots that mutators reserved while they allocated black, kept for a cycle that has to look at
// the objects in them again: in mode dijkstra the first stores of an object have no barrier, and what they
// stored may have been loaded from a slot that was overwritten since.
//
// Recorded are runs of slots, when they are reserved (or were, when their mutator was scanned), and large objects: one
// entry for many objects. Which of the slots have become objects is asked at the end, with the world stopped.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_BLACK_RUNS_H
#define TRICOLOR_RT_HEAP_BLACK_RUNS_H

#include "heap/find_object.h"

#include <cstdint>

namespace tricolor::rt {

enum class BlackRuns : uint8_t { Ignored, Recorded };

// Empties the list, and says whether there is to be one. Before the first mutator allocates black, and after the last
// does; the collector only.
void record_black_runs(BlackRuns what);

// The slots in [low, high) are reserved black, or of traced memory by a thread that allocates black. Any thread.
void note_black_run(uintptr_t low, uintptr_t high);

// Calls f(ObjectRef) for each object in the recorded slots. World stopped.
void for_each_black_object(void (*f)(void *context, const ObjectRef &object), void *context);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_BLACK_RUNS_H
