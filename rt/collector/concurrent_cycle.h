//===- rt/collector/concurrent_cycle.h - A cycle while the program runs -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Modes hybrid and dijkstra. The phases and why they lose nothing are docs/design/concurrent.md; the functions
// below are its phases, in order, and the transitions of docs/design/model/hybrid.pml.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_CONCURRENT_CYCLE_H
#define TRICOLOR_RT_COLLECTOR_CONCURRENT_CYCLE_H

#include "collector/cycle.h"
#include "threads/mutator.h"

namespace tricolor::rt {

// Runs the phases; fills in the record. The collector's thread, all spans swept.
void run_concurrent_cycle(CycleRecord &record);

// In the child of a fork, which came while the collector and the markers were at rest: a cycle that was under way has
// never begun. `self` is the only mutator.
void abandon_concurrent_cycle(Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_CONCURRENT_CYCLE_H
