//===- tricolor/collection.h - Running and pacing the collector ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_COLLECTION_H
#define TRICOLOR_COLLECTION_H

#include <tricolor/c.h>

namespace tricolor {

/// Runs a complete collection before it returns: what could not be reached when it was called is
/// free afterwards, and its memory has been swept. Any thread.
inline void collect() { tricolor_collect(); }

/// Sets how far the heap may grow, in percent of what was live after the last collection, before
/// the next one starts by itself; 100 lets it double. A negative value turns that off: memory is
/// then collected only by collect(), or when there is no more. Returns the previous setting,
/// negative if it was off. The setting at start is TRICOLOR_OPTIONS=gcpercent, by default 100. Any
/// thread.
inline int set_gc_percent(int percent) { return tricolor_set_gc_percent(percent); }

/// Sets a soft limit in bytes for the heap and its tables: collections start early enough to stay below
/// it, as long as they take at most half of the processors' time; then the heap grows past it, which
/// is said once on standard error. 0: none. Returns the previous setting. The setting at start is
/// TRICOLOR_OPTIONS=memlimit, by default 0. Any thread.
inline uint64_t set_memory_limit(uint64_t bytes) { return tricolor_set_memory_limit(bytes); }

/// Calls `body`, which is about to block for long (a system call, a lock, a join), in a region in which the
/// collector neither waits for this thread nor interrupts it. The body must not store references to
/// collected objects anywhere, nor overwrite them; it may read and write other memory. If it
/// allocates, deletes or throws, the region ends there and the body goes on as ordinary code. Any
/// thread.
template <class Body> void blocking_region(Body &&body) {
  tricolor_blocking_region([](void *argument) { (*static_cast<Body *>(argument))(); },
                           const_cast<void *>(static_cast<const void *>(&body)));
}

} // namespace tricolor

#endif // TRICOLOR_COLLECTION_H
