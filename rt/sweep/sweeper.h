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
// of this kind (lazily), a thread that needs pages (lazily), whoever owes it (sweep_set_duty), the
// background thread, and the collector before the next cycle (forced).
//
// Order of a cycle, for the collector; the steps in brackets are those of a cycle whose marking runs
// concurrently with mutators:
//
//   1. sweep_finish()                      all mark bits are clear
//   2. [g = hold_spans(); a handshake]     spans do not end from here
//   3. mark                                stw: world stopped, every ThreadCache flushed
//      [cache.allocate_black(g), each when it is scanned]
//   4. [let_spans_go()]                    markers are done, nobody looks objects up for them
//   5. sweep_begin()                       a new generation; every span is unswept
//   6. [a handshake: cache.allocate_white()]   caches are given back, one by one
//   7. sweep_open()                        stw: with the world still stopped
//   8. sweep_set_duty()
//
// If 1 is left out, mark bits of the last cycle keep garbage alive and a half swept span mixes two
// generations. What depends on 5 to 7 is argued in heap/reclaim.h: if caches are not given back
// between, their reserved slots would be swept under them, and spans would be passed by.
//
// A thread that begins allocates black (in g) from the moment on that the first thread is scanned,
// until sweep_begin() has returned; the colour is chosen under the registry's lock.
//
// The background thread sweeps when a sweep opens, then gives free pages beyond page_reserve_bytes()
// back to the kernel, a little at a time. It goes from step to step (a span, a few pages) and holds
// no lock between them: there a fork makes it halt (sweeper_halt).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_SWEEP_SWEEPER_H
#define TRICOLOR_RT_SWEEP_SWEEPER_H

#include "heap/reclaim.h"
#include <cstdint>

namespace tricolor::rt {

/// Makes every span unswept. All spans swept before, marking done, spans not held. The collector
/// only; mutators may run.
void sweep_begin();
/// Lets the sweep by number begin and wakes the background thread. After sweep_begin(), when each
/// cache has been given back since. The collector only.
void sweep_open();
/// From now on mutators sweep when they ask for memory, so that all is swept when they have allocated
/// `bytes` more; UINT64_MAX: they need not. After sweep_open(). The collector only.
void sweep_set_duty(uint64_t bytes);
/// Sweeps one span; false if none is left to take (others may still be at theirs). Any thread.
bool sweep_one(SweptBy who = SweptBy::Forced);
/// Sweeps all that is left and waits for those that others are at. Any thread but one that is in the
/// middle of a sweep; not between sweep_begin() and sweep_open() by the one who is to open.
void sweep_finish();
/// Whether all spans are swept. Not between sweep_begin() and sweep_open().
bool sweep_is_done();
/// Starts the background thread unless it runs. Not while the world is stopped; one caller at a time.
void sweeper_start();
/// Waits until the background thread is between two steps, where it holds no lock of the runtime, and
/// keeps it there until sweeper_go_on(). Also if it was not started. One caller at a time.
void sweeper_halt();
void sweeper_go_on();
/// After fork() in the child, where only the calling thread is left, instead of sweeper_go_on(): the
/// background thread has to be started again by sweeper_start(); sweeping works without it, lazily and
/// forced. The parent must have called sweeper_halt() before, and no mutator may have been sweeping. A
/// sweep that was under way goes on in the child, also one that was not open yet: all caches, the
/// caller's too, must have been given back then.
void sweeper_forked();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_SWEEP_SWEEPER_H
