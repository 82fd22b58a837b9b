//===- rt/sweep/sweeper.h - Sweeping by generation ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// After marking, the mark bits become the allocation bits, span by span. The sweep generation
// (even) grows by two per cycle; a span with the heap's generation is swept, one with less is not,
// one with the odd number between is being swept by somebody. Who sweeps: a cache that needs a span
// of this kind (lazily), a thread that needs pages (lazily), the background thread, and the
// collector before the next cycle (forced).
//
// Order of a cycle, for the collector:
//
//   1. sweep_finish()                      all mark bits are clear
//   2. stop the world, flush every ThreadCache, mark
//   3. sweep_begin()                       caches empty, world still stopped
//   4. start the world
//
// If 1 is left out, mark bits of the last cycle keep garbage alive and a half swept span mixes two
// generations; if caches are not flushed in 2, their reserved slots would be swept under them.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_SWEEP_SWEEPER_H
#define TRICOLOR_RT_SWEEP_SWEEPER_H

#include "heap/reclaim.h"
#include <cstdint>

namespace tricolor::rt {

/// Makes every span unswept and wakes the background thread. World stopped, marking done, all
/// caches flushed.
void sweep_begin();
/// Sweeps one span; false if none is left to take (others may still be at theirs). Any thread.
bool sweep_one(SweptBy who = SweptBy::Forced);
/// Sweeps all that is left, waits for those that others are at, and gives excess memory back to the
/// kernel. When it returns, the background thread holds no lock of the runtime and will take none
/// before the next sweep_begin(). Any thread but one that is in the middle of a sweep.
void sweep_finish();
/// Whether all spans are swept.
bool sweep_is_done();
/// Starts the background thread unless it runs. Not while the world is stopped; one caller at a time.
void sweeper_start();
/// After fork() in the child, where only the calling thread is left: the background thread has to
/// be started again by sweeper_start(); sweeping works without it, lazily and forced. The parent
/// must have called sweep_finish() just before, and no mutator may have been sweeping.
void sweeper_forked();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_SWEEP_SWEEPER_H
