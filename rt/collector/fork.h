//===- rt/collector/fork.h - What happens around fork -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A fork copies memory and one thread. What the child must not inherit is a lock of the runtime in the
// hands of a thread that it does not have, so the forking thread makes sure that nobody has any:
//
//  1. It brings the collector's thread and the markers to rest between two steps. A cycle may be under way: the parent's goes on, the
//     child's has never begun.
//  2. It halts the sweeper's thread between two steps, where that holds nothing. The sweep goes on
//     afterwards, in the parent and in the child.
//  3. It takes the registry's lock and closes the gate (threads/gate.h): no mutator is inside the
//     runtime. The others run on outside; were they stopped, one might hold malloc's lock, which libc's
//     fork takes next.
//  4. fork.
//  5. The parent opens the gate. The child forgets the other mutators, the marker threads, the
//     sweeper and the finalizer thread (a call that it was in the middle of is not made again), makes a new sweeper, and opens its own.
//
// The other threads' stacks are still mapped in the child and nobody scans them: what only they
// referred to is collected there.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_FORK_H
#define TRICOLOR_RT_COLLECTOR_FORK_H

namespace tricolor::rt {

// Registers the steps (threads/fork_handlers.h). Called once, by initialization.
void fork_initialize();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_FORK_H
