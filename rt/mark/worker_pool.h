//===- rt/mark/worker_pool.h - Threads that mark ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The threads that help the collecting thread. They are made when first wanted, sleep between passes,
// are no mutators (they have no frames to scan and are never stopped) and take no signal. A pass counts
// as finished when every one of them has returned from its work, so the caller's data may be on its
// stack.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_WORKER_POOL_H
#define TRICOLOR_RT_MARK_WORKER_POOL_H

namespace tricolor::rt {

inline constexpr unsigned kMostMarkers = 32;

using MarkerWork = void (*)(void *context, unsigned index);

// Makes sure that `wanted` threads can mark (the caller is one of them), at most kMostMarkers, and
// returns how many that is. Ends the program if threads cannot be made. Not while the world is stopped: making a
// thread needs libc's locks. Collector's lock held.
unsigned reserve_workers(unsigned wanted);

// Runs work(context, i) for each i < count at the same time, i = 0 on the calling thread, and returns
// when all have returned. `count` is at most what reserve_workers returned. Collector's lock held.
void run_workers(unsigned count, MarkerWork work, void *context);

// Forgets all threads: in the child of a fork they do not exist.
void workers_after_fork();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_WORKER_POOL_H
