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
// A sweep begins in two steps, mutators running. All marking is done, all spans are swept in the
// generation g of that marking, spans are not held any more.
//
//   reclaim_begin()  the heap's generation is g+2: every span is unswept, those in central lists by
//                    the next look at their list (central_list.h), those in caches when they come
//                    back. From here to reclaim_open() spans are swept lazily only, from the lists.
//   (the collector)  each mutator, one by one, gives its cache back and allocates white.
//   reclaim_open()   spans [0, span_count()) are swept by number: each is looked at once.
//
// The defect to fear is a span that this sweep passes by: its mark bits stay set, the next marking
// takes its objects for marked and scans none of them. So: when the sweep by number looks at span i,
// either i is of generation g+2, or somebody else has claimed it, or it is in a central list, or it
// is a large object; and bits are not set in spans of g+2.
//
//   1. No cache has a span of generation g after the opening. One that was given back is in a list
//      again, unswept (central_list.h). What a mutator takes after it gave its cache back comes from
//      a list in the new generation, or is made in it, or is swept by itself. What it took before,
//      it gave back. (Opened earlier, the number of a span in a cache would be passed, nothing to be
//      done, and the cache would give it back afterwards.)
//   2. A span that is made reads the generation. A mutator that read g has finished making it before
//      it gave its cache back: its number lies before the end, which is counted after that. From
//      then on all spans are born in g+2, also those that live again under numbers that the sweep
//      has passed. (Were the end counted at the begin, a large object made since would be missed.)
//   3. A large object of g that is freed ends by the one who frees it, or is met empty by the sweep.
//      The freeing thread has the place Sweeping for a moment, and may be late: the span may be in
//      its next life, with an object that was made before the opening, in g, marked. The sweep waits
//      for that moment to pass, and looks again. (In a sweep that began with the world stopped this
//      cannot happen: nobody was inside free_object() then.)
//   4. A free in a small span moves it between lists only under the lock, and never out of unswept.
//      A slot that is freed while its span is unswept or being swept is counted by the sweep.
//   5. Bits are set by markers, which are done, and by caches for their own free slots, in spans of
//      g only (colour.h): of a mutator that has not given its cache back, in a span that it still
//      has. Bits in a span that it took in g+2 it leaves clear.
//   6. A claimed span is swept into the generation that the heap has then. That is g+2 for all,
//      because the next sweep does not begin before this one is done.
//   7. A thread that begins between the last scan and the opening: it must be black in g until
//      reclaim_begin() has returned, white afterwards. White earlier, its objects would be swept.
//
// Sweep duty: from the opening on, whoever asks the lists or the page heap first looks at as many
// spans, by number, as it takes to be through when a given number of bytes has been allocated: then
// the collector, which must not begin a cycle before, has nothing left to wait for. What the
// background thread has done counts. The debt is a comparison of the cursor with the bytes
// allocated: no thread owes for itself, and one refill pays at most for what was allocated since the
// last one.
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
  std::atomic<uint64_t> ticks; // processor_ticks() that it took, all threads together
};
SweepCounters &sweep_counters();

/// Even; grows by two per cycle. Async-signal-safe.
uint32_t heap_sweep_generation();
/// How many sweeps have begun: the number of the cycle whose dead are being freed.
uint32_t sweeping_cycle();

/// Makes every span unswept. All spans swept before, marking done; mutators may run.
void reclaim_begin();
/// Begins the sweep by number. After reclaim_begin(), when all caches have been given back since.
void reclaim_open();
/// From now on mutators sweep so that all is swept when `bytes` more bytes have been allocated;
/// UINT64_MAX: they have no duty. After reclaim_open(); by the collector.
void reclaim_set_duty(uint64_t bytes);
/// Sweeps what is owed. By a mutator, before it asks for spans or pages, without a lock.
void reclaim_pay_duty();
/// Sweeps the next unswept span, whatever it is. False if there is none to claim (also before
/// reclaim_open()).
bool reclaim_one(SweptBy who);
enum class Patience : uint8_t { Limited, Endless };
/// Sweeps until so many pages came back to the page heap, or nothing is left, or with limited patience it seems
/// in vain.
void reclaim_pages(size_t pages, Patience patience);
/// Whether every span is swept and no thread is still sweeping one. Never between reclaim_begin()
/// and reclaim_open().
bool reclaim_is_done();

/// Whether no sweep has begun that is not open yet.
bool reclaim_is_open();

/// In the child of fork(), where nobody is sweeping (which is checked: who was in the middle of a span
/// does not exist here); the parent may have been at any point of a sweep between two spans. Opens a sweep that has begun: all caches must have been given back.
void reclaim_forked();

/// Sweeps a span that the caller has claimed (place Sweeping, generation odd) but leaves it in the
/// caller's hands. Returns the number of objects freed.
uint32_t sweep_claimed_span(Span *span, SweptBy who);

/// Counts the threads that are sweeping, for reclaim_is_done(), and the time. Constructed before a span is
/// claimed.
class SweepInProgress {
public:
  SweepInProgress();
  ~SweepInProgress();
  SweepInProgress(const SweepInProgress &) = delete;
  SweepInProgress &operator=(const SweepInProgress &) = delete;

private:
  uint64_t began_;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_RECLAIM_H
