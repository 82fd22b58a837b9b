//===- rt/threads/world.h - Stopping and starting the mutators ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The stop protocol. One thread, the stopper, brings every other mutator to state Parked:
//
//  1. It takes the registry's lock. No thread enters or leaves the set of mutators until the world
//     starts again; without this a thread could start running compiled code unseen.
//  2. It sets `stopping`, then the poll flag, and protects the pages of trap polls. In this order: a
//     mutator that sees the poll flag or faults must find that there is something to answer.
//  3. It waits for each mutator to be Parked. A mutator gets there in one of three ways:
//     a. at a poll or an allocation (a safepoint): it publishes its context and parks;
//     b. in the handler of the stop signal, when the signal finds it in external code: the handler
//        publishes the interrupted registers and parks in place. In compiled code the handler returns,
//        because the interrupted instruction has no map, and the poll comes soon; inside the runtime it
//        returns too, because the thread may hold a lock that the collector needs;
//     c. it was Parked already: it waits for a lock or sleeps inside a parked region.
//     A thread may go from compiled code, where a signal finds nothing to do, into a system call that
//     blocks; so the signal is sent again, at growing intervals, until the thread has answered.
//  4. The world is stopped: contexts are stable, no lock of the runtime is held by a mutator. Locks of
//     external code may be: malloc's, stdio's, the loader's. The collector must not need them.
//  5. To start again it clears the poll flag and makes the pages readable, then `stopping`, and wakes all that wait.
//
// Leaving Parked races with step 3 and is settled by sequential consistency: the mutator changes its
// state and then loads `stopping`; the stopper stores `stopping` and then loads the state. At least
// one of them sees the other's store: either the stopper sees the new state and waits, or the mutator
// sees `stopping`, returns to Parked without having done anything, and waits.
//
// A stop and a handshake (handshake.h) are never under way together: the collector leads both.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_WORLD_H
#define TRICOLOR_RT_THREADS_WORLD_H

#include "stack/register_state.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

// Installs the stop signal's handler. Called once, by initialization.
void world_initialize();

// How a stop went, for the trace.
struct StopReport {
  uint64_t nanoseconds; // from the request until the last mutator was parked
  unsigned mutators;    // the stopper included
  unsigned signals;     // sent
};

// Stops every mutator but `self`, which must be the caller's, in state Runtime, with its own context
// published. Blocks until all are parked; while it waits for another stopper, it is parked itself.
StopReport stop_the_world(Mutator &self);
// Stops every mutator. By a thread that is none.
StopReport stop_the_world();

// Lets them run again.
void start_the_world();

// Whether the mutator stands still by itself. Any thread.
inline bool is_parked(const Mutator &mutator) {
  return mutator.state.load(std::memory_order_seq_cst) == MutatorState::Parked;
}

// How many stops there have been. Any thread.
uint64_t world_stops();

// Whether a stop is asked for or in force. Any thread.
bool world_stopping();

// Parks `self` until no stop is in force. Its context must be published. Called by the mutator itself.
void park_until_started(Mutator &self);

// Runs `wait`, which may block on anything but may not touch the heap, with `self` parked: a stop does
// not wait for it. Its context must be published.
template <class Wait> void parked_region(Mutator &self, Wait &&wait);

// Publishes the calling thread's frames, from the caller of the API function whose CFA is `cfa`. The
// function it is inlined into must stay on the stack until the thread leaves Parked again: the walk
// starts in its frame.
[[gnu::always_inline]] inline void publish_context(Mutator &self, uintptr_t cfa) {
  self.context.place = StopPlace::RuntimeEntry;
  self.context.runtime_cfa = cfa;
  capture_registers(&self.context.registers);
}

//===--- Implementation -----------------------------------------------------------------------===//

namespace detail {
void enter_parked(Mutator &self);
void leave_parked(Mutator &self, MutatorState to);
// Parked to Held, by the leader of a handshake; false if the mutator is not Parked.
bool hold(Mutator &mutator);
// And back.
void let_go(Mutator &mutator);
} // namespace detail

template <class Wait> void parked_region(Mutator &self, Wait &&wait) {
  MutatorState previous = self.state.load(std::memory_order_relaxed);
  detail::enter_parked(self);
  wait();
  detail::leave_parked(self, previous);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_WORLD_H
