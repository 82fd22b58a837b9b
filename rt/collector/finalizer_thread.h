//===- rt/collector/finalizer_thread.h - Who runs finalizers ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One mutator at a time makes the calls of the finalizer queue: the *finalizer thread*, or whoever calls
// run_finalizers(). With finalizers=pump there is no thread.
//
// The thread is made by the collector's thread when a cycle has first queued something, by libc's
// pthread_create with signals blocked but those of faults and stops, and becomes a mutator by its first
// call into the runtime. It is told of new batches by a futex. A process whose types have no destructors
// and that asks for nothing has no such thread.
//
// From exit() on no call begins. exit() waits for one that is under way, but not longer than a second: what it
// destroys next, the call may be using. In the child of a fork there is no thread; the child's first cycle
// makes one if the queue is not empty.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_FINALIZER_THREAD_H
#define TRICOLOR_RT_COLLECTOR_FINALIZER_THREAD_H

#include "threads/mutator.h"

#include <cstdint>

namespace tricolor::rt {

// What the thread does: runs all calls, then waits for the next announcement, for ever. Set once, by initialization.
void set_finalizer_main(void (*main)(void *));

// Wakes or makes the thread if there is something to call. The collector's thread, the world running.
void announce_finalizers();
// The number of announcements so far, and waiting for the next one. `self` is in state Runtime, its
// context published.
uint32_t finalizer_announcements();
void await_finalizers(Mutator &self, uint32_t seen);

enum class RunnerTurn : uint8_t { Taken, Refused };
// Makes `self` the one who runs calls; waits for another one who does. Refused if it is the caller itself, or
// the program is at its end. As await_finalizers().
RunnerTurn begin_finalizers(Mutator &self);
void end_finalizers();
// Whether another call may begin: not from exit() on.
bool finalizers_go_on();

// In the child of a fork, which `self` has made.
void finalizers_after_fork(const Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_FINALIZER_THREAD_H
