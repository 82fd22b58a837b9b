//===- rt/threads/current_mutator.h - Which mutator a thread is ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two thread-locals that change together: the thread's mutator, and the address of its runs, from which
// compiled code allocates without a call (tricolor_runs in abi.h).
//
// Why that needs no state Runtime and no poll. Compiled code takes a slot between two polls: no
// handshake, stop or flush happens to the thread between its load of the run's beginning and its store, since
// nobody parks a thread at an instruction of a managed function. For everybody else the store is the moment
// at which the slot becomes an object, as in ThreadCache::take(): zeroed, and of its cache's colour. What
// the compiled code then stores into it is a store into an object that it has from a call. A handler of the
// program that interrupts the sequence must not allocate (docs/limits.md).
//
// Where each allocation has to come into the runtime, the address is that of runs without slots: in threads
// that are no mutators or block, where allocation sites are recorded, and under stress every now and then.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_CURRENT_MUTATOR_H
#define TRICOLOR_RT_THREADS_CURRENT_MUTATOR_H

#include "threads/mutator.h"

namespace tricolor::rt {

/// Makes `mutator` the calling thread's, or that it has none if it is null.
void set_current_mutator(Mutator *mutator);

/// Who takes the slots of a run: the runtime only, or compiled code, too.
enum class SlotTakers : uint8_t { Runtime, CompiledCode };

/// For all threads, those that are mutators already excepted. By initialization.
void set_slot_takers(SlotTakers takers);
/// For the calling thread, until it is called again.
void set_slot_takers(Mutator &self, SlotTakers takers);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_CURRENT_MUTATOR_H
