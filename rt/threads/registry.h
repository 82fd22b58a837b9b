//===- rt/threads/registry.h - The set of mutators ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every mutator from its attachment to its end, and what threads hand over before and after: the
// arguments of threads that have been created and have not started yet, and the results of threads that
// have ended and have not been joined yet. Both are roots; nobody else may hold them.
//
// The registry's lock is held by the stopper for the whole of a stop. A mutator therefore takes it in a
// parked region (see world.h), or it would never answer the stop that it waits for. A thread that is not
// in the registry yet takes it plainly.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_REGISTRY_H
#define TRICOLOR_RT_THREADS_REGISTRY_H

#include "os/lock.h"
#include "threads/mutator.h"

#include <cstddef>
#include <cstdint>
#include <pthread.h>

namespace tricolor::rt {

struct PendingStart;

Mutex &registry_lock();

// The first mutator of the list (follow `next`), and how many there are. Under the lock or with the
// world stopped.
Mutator *first_mutator();
size_t mutator_count();

// Prepares the registry: the key whose destructor sees threads end, fork handlers. Called once, by
// initialization.
void registry_initialize();

// What the layers above do to each mutator that comes, before its first instruction of compiled code, and to
// each that goes, after its last; under the lock, in state Runtime. Set once, by initialization.
struct MutatorHooks {
  void (*comes)(Mutator &);
  void (*goes)(Mutator &);
  // A word leaves the registry's own roots (an argument that is taken over, a result that is handed out) or
  // comes to them.
  void (*passes)(Mutator &self, void *word);
};
void set_mutator_hooks(const MutatorHooks &hooks);

// Makes the calling thread a mutator in state Running. If it was started for `start`, the pending start
// is taken off its list in the same step, so that its argument is a root without a gap.
Mutator &attach_thread(PendingStart *start);

// Adds a pending start for `routine` and `argument`; `self` is the creating thread, its context is
// published.
PendingStart *add_pending_start(Mutator &self, void *(*routine)(void *), void *argument);
// Takes back one whose thread could not be created.
void cancel_pending_start(Mutator &self, PendingStart *start);

// A thread that was created and has not started: its argument is a root.
struct PendingStart {
  void *(*routine)(void *);
  void *argument;
  PendingStart *next;
  PendingStart *previous;
};

// The first of them (follow `next`). World stopped.
PendingStart *first_pending_start();

// A thread that has ended with a result in the heap and can still be joined: its result is a root.
struct FinishedThread {
  pthread_t thread;
  void *result;
  FinishedThread *next;
  FinishedThread *previous;
};

// The first of them (follow `next`). World stopped.
FinishedThread *first_finished_thread();
// Forgets the thread's result, if it is in the list and (unless null) is `result`: after a join the
// identity may already belong to another thread that has ended. `self` is the calling thread, its context is
// published.
void forget_finished_thread(Mutator &self, pthread_t thread, const void *result);

// Keeps only the calling thread's mutator: for the child of a fork that was made with the gate closed.
// No lock is taken: there is no other thread.
void registry_after_fork(Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_REGISTRY_H
