//===- rt/threads/gate.h - Keeping mutators out of the runtime ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While the gate is closed no mutator but the one that closed it is inside the runtime, so nobody else
// holds a lock of the runtime; outside they run on. A fork needs this and no more: if it stopped the world,
// a thread might be parked with malloc's lock, for which libc's fork waits.
//
//  1. The closer raises the flag.
//  2. It makes every processor that runs this process pass a memory barrier (membarrier). Entering is a
//     plain store of the state followed by a plain load of the flag; with the barrier between the
//     closer's store and its loads, either the entering thread sees the flag or the closer sees its state.
//     Without it, every allocation would have to pay for a barrier of its own.
//  3. It waits until no mutator is in state Runtime. One that has seen the flag goes back to its state
//     outside and waits; one that waits for a lock of the runtime is Parked, and does not leave that
//     state for Runtime while the gate is closed. Who waits at the gate holds no lock, so those still
//     inside come out.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_GATE_H
#define TRICOLOR_RT_THREADS_GATE_H

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

struct Mutator;
enum class MutatorState : uint32_t;

// 1 while the gate is closed.
extern std::atomic<uint32_t> runtime_gate;

// Prepares membarrier. Called once, by initialization.
void gate_initialize();

// Closes the gate behind `self`, which is the caller's, and waits until the others are out. The registry's
// lock is held until open_gate(), so that no thread enters the set of mutators.
void close_gate(Mutator &self);
// Opens it. By the thread that closed it; also in the child of a fork.
void open_gate();

// Waits, in state `outside`, until the gate is open, and returns in state Runtime. For the thread that
// closed the gate, and for one that was inside already (outside is not Running), it returns at once.
void wait_at_gate(Mutator &self, MutatorState outside);

// Whether the gate keeps `self` from leaving Parked for the runtime.
bool gate_stops(const Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_GATE_H
