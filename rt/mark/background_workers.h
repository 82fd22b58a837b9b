//===- rt/mark/background_workers.h - Threads that mark beside mutators -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// System threads that take slices of the concurrent marking whenever there is something to do, and sleep
// otherwise (sleeping_workers.h). They are no mutators. Their kinds and numbers are worker_split.h's:
//
//  - A dedicated worker takes slice after slice.
//  - A fractional one sleeps after each slice for as long as its share demands.
//  - An idle one has a weak priority: the kernel gives it little where others want to run. One that is preempted in
//    the middle of a slice may come back late, and termination and pauses wait for it. So when it finds that it was
//    made to wait during one it stays away for a while, for longer each time. SCHED_IDLE
//    would be weaker still, and cannot be left again without privilege: on a busy machine cycles waited for
//    one that was preempted.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_BACKGROUND_WORKERS_H
#define TRICOLOR_RT_MARK_BACKGROUND_WORKERS_H

#include "mark/worker_split.h"

#include <cstdint>

namespace tricolor::rt {

// Makes the threads that are missing for the split. It takes locks of libc: not while the world is
// stopped. By the collector.
void start_background_workers(const WorkerSplit &split);

// What the fractional worker takes of its processor: what is left of the quarter, or all, where somebody waits for the
// cycle and does nothing else. By the collector, before a marking.
enum class WorkerShare : uint8_t { Quarter, Whole };
void set_worker_share(WorkerShare share);

// How many have been made.
unsigned background_workers();

// In the child of a fork, where they do not exist.
void forget_background_workers();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_BACKGROUND_WORKERS_H
