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

} // namespace tricolor

#endif // TRICOLOR_COLLECTION_H
