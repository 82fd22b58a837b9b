//===- rt/heap/reclaim.h - Sweeping a span ------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What sweeping does to one span, and the state that says which spans are swept. The layer sweep/
// decides when; it is above the heap, but the heap itself sweeps lazily when it needs spans or
// pages, so the mechanism is here.
//
// One span, by the thread that has claimed it (generation g-2 -> g-1, under the central list's lock
// for small spans, by compare-and-swap for large ones):
//
//   1. dying = allocated & ~marked; with poison the dying objects are filled now, while nobody can
//      be given them.
//   2. allocation &= ~dying, atomically per word, since free_object() may clear bits of live
//      objects meanwhile. The returned old value says which bits *this* thread cleared, so frees
//      are counted once.
//   3. mark bits are cleared. Before 4: the next cycle must find them clear, and an object
//      allocated in the span must not be born marked.
//   4. generation = g, then the span goes to the list where it belongs: partial, full, or back to
//      the page heap.
//
// Traced spans go through the same without 1 and 2.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_RECLAIM_H
#define TRICOLOR_RT_HEAP_RECLAIM_H

#include "heap/span.h"
#include <atomic>
#include <cstdint>

namespace tricolor::rt {

/// On whose time a span was swept.
enum class SweptBy : uint8_t { Lazy, Background, Forced };
inline constexpr unsigned swept_by_count = 3;

struct SweepCounters {
  std::atomic<uint64_t> spans[swept_by_count]; // ever, by SweptBy
  std::atomic<uint64_t> freed_objects;         // ever, by sweeping
  std::atomic<uint64_t> freed_bytes;
};
SweepCounters &sweep_counters();

/// Even; grows by two per cycle. Async-signal-safe.
uint32_t heap_sweep_generation();

/// Makes every span unswept. World stopped, all caches flushed, all spans swept before.
void reclaim_begin();
/// Sweeps the next unswept span, whatever it is. False if there is none to claim.
bool reclaim_one(SweptBy who);
/// Sweeps until so many pages came back to the page heap, or nothing is left.
void reclaim_pages(size_t pages);
/// Whether every span is swept and no thread is still sweeping one.
bool reclaim_is_done();

/// In the child of fork(), where nobody is sweeping.
void reclaim_forked();

/// Sweeps a span that the caller has claimed (place Sweeping, generation odd) but leaves it in the
/// caller's hands. Returns the number of objects freed.
uint32_t sweep_claimed_span(Span *span, SweptBy who);

/// Counts the threads that are sweeping, for reclaim_is_done(). Constructed before a span is
/// claimed.
class SweepInProgress {
public:
  SweepInProgress();
  ~SweepInProgress();
  SweepInProgress(const SweepInProgress &) = delete;
  SweepInProgress &operator=(const SweepInProgress &) = delete;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_RECLAIM_H
