//===- rt/mark/sleeping_workers.h - Where background workers wait -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A background worker without work sleeps; whoever makes work that another could take wakes one. A wake
// is claimed before it is made, so there are never more futex calls than there were sleeps, however many
// markers see the sleeper at once:
//
//   worker   1. asleep += 1   2. looks for work once more; finds some: takes its 1 back and goes on
//            3. waits for a token and takes it
//   waker    1. has published its work   2. asleep > 0: asleep -= 1 by a compare-and-swap
//            3. tokens += 1, one futex wake
//
// No wake is lost: both sides store first and look then, with sequential consistency, so either the
// worker finds the work in its step 2 or the waker finds the worker. A worker whose step 2 finds its 1
// gone has been claimed, and takes the token that is on its way.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_SLEEPING_WORKERS_H
#define TRICOLOR_RT_MARK_SLEEPING_WORKERS_H

#include <cstdint>

namespace tricolor::rt {

// In the order in which they are woken.
enum class WorkerKind : uint8_t {
  Dedicated,  // runs until there is nothing to do
  Fractional, // runs for a part of the time
  Idle,       // runs on processors that nobody else wants
};
inline constexpr unsigned kWorkerKinds = 3;

// How many workers sleep and have not been claimed. Any thread, in signal handlers too.
uint32_t workers_asleep();

// Wakes one worker, if one sleeps. The work must have been published. Any thread, in signal handlers too.
void wake_worker();
void wake_all_workers();

// Sleeps until woken; returns at once if `there_is_work` says so. By a worker.
void sleep_as_worker(WorkerKind kind, bool (*there_is_work)());

// In the child of a fork, where no worker is.
void forget_sleeping_workers();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_SLEEPING_WORKERS_H
