//===- rt/collector/collector_thread.h - Who runs the cycles ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One thread runs all cycles, one after the other. Mutators ask for them:
//
//  - collect() waits, parked, for a cycle that has begun after the call: one that was under way may have looked at
//    the caller's objects before they became unreachable. Requests that come while a cycle runs share the next.
//  - request_cycle() does not wait: the heap has grown. It is dropped if a cycle is under way or has been asked for, and
//    by the collector if another one has made room meanwhile.
//
// A request brings what the loader says about images that came and went: the collector must not ask, because the
// loader's lock may be in the hands of a thread that waits for a cycle (in a callback of dl_iterate_phdr).
//
// The thread is made by the first request. It comes to *rest* between two steps of a cycle when a fork asks for it:
// at rest it holds no lock of the runtime, nor do the markers, and it stays there until the fork is over.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_COLLECTOR_THREAD_H
#define TRICOLOR_RT_COLLECTOR_COLLECTOR_THREAD_H

#include "collector/cycle.h"
#include "threads/mutator.h"

namespace tricolor::rt {

// Collects, and waits for it. `self` is the caller's mutator, in state Runtime, its context published.
void collect(Mutator &self, CycleReason reason);

// Asks for a cycle because the heap has grown. As collect(), but returns at once; in mode stw it waits.
void request_cycle(Mutator &self);

// Whether a cycle has been asked for that is not over, or not begun. Any thread.
bool cycle_is_awaited();

// Between two steps of a cycle: rests if somebody wants it. The collector's thread, holding no lock.
void collector_rest_point();

// Brings the collector to rest, and lets it go on. `self` is the caller's, in state Runtime, its context
// published. One at a time.
void rest_collector(Mutator &self);
void resume_collector();
// In the child of a fork: there is no collector's thread and no request.
void collector_after_fork();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_COLLECTOR_THREAD_H
