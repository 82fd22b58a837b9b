//===- rt/heap/reclaim.cpp - Sweeping a span ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/reclaim.h"
#include "heap/accounting.h"
#include "heap/allocation_sites.h"
#include "heap/central_list.h"
#include "heap/config.h"
#include "heap/large_object.h"
#include "heap/poison.h"
#include "heap/run_index.h"
#include "heap/span_hold.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/futex.h"

namespace tricolor::rt {

namespace {

// How many spans in a row a thread that needs pages sweeps without getting any back before it takes
// fresh ones. More: the heap grows less; fewer: a shorter longest allocation when most of it is live.
constexpr int sweeps_in_vain = 256;

enum class Opening : uint8_t { Awaited, Done };

struct Reclaim {
  std::atomic<uint32_t> generation{2};
  std::atomic<Opening> opening{Opening::Done};
  // Spans [cursor, end) have not been looked at in this sweep, by number.
  std::atomic<uint32_t> cursor{0};
  std::atomic<uint32_t> end{0};
  std::atomic<uint32_t> in_progress{0};
  // The duty: one span for each so many bytes allocated since allocated_bytes was that. 0: none.
  std::atomic<uint64_t> duty_bytes_per_span{0};
  std::atomic<uint64_t> duty_from{0};
};
constinit Reclaim reclaim;
constinit SweepCounters counters = {};

/// What came of one look at a span.
enum class Look : uint8_t { Nothing, Swept, Again };

Look sweep_listed(Span *span, SweptBy who, size_t &pages_freed) {
  unsigned run_index = span->run_index;
  if (run_index >= run_index_count)
    return Look::Nothing; // in another life by now
  CentralList &list = central_list(run_index);
  if (!list.claim(span))
    return Look::Nothing;
  size_t pages = span->pages;
  sweep_claimed_span(span, who);
  if (span->allocated.load(std::memory_order_relaxed) == 0)
    pages_freed += pages;
  list.swept(span);
  return Look::Swept;
}

Look sweep_large(Span *span, SweptBy who, size_t &pages_freed) {
  SpanPlace place = SpanPlace::Large;
  if (!span->place.compare_exchange_strong(place, SpanPlace::Sweeping, std::memory_order_seq_cst))
    return Look::Again;
  // Another life of the Span may have begun since: it is then of this generation.
  bool ours = span->generation.load(std::memory_order_relaxed) != heap_sweep_generation();
  if (ours)
    sweep_claimed_span(span, who);
  span->place.store(SpanPlace::Large, std::memory_order_seq_cst);
  if (span->allocated.load(std::memory_order_seq_cst) == 0)
    pages_freed += retire_if_empty(span);
  return ours ? Look::Swept : Look::Nothing;
}

Look look_at(Span *span, SweptBy who, size_t &pages_freed) {
  SpanPlace place = span->place.load(std::memory_order_seq_cst);
  uint32_t generation = span->generation.load(std::memory_order_seq_cst);
  if (generation == heap_sweep_generation())
    return Look::Nothing;
  TRICOLOR_CHECK(place != SpanPlace::Cached && "a sweep was opened before all caches were back");
  if (is_listed(place))
    return sweep_listed(span, who, pages_freed);
  if (place == SpanPlace::Large)
    return sweep_large(span, who, pages_freed);
  // Sweeping and not claimed by anybody (the generation would be odd): step 3, or a claim under way.
  if (place == SpanPlace::Sweeping && generation % 2 == 0) {
    yield_processor();
    return Look::Again;
  }
  return Look::Nothing;
}

enum class Step : uint8_t { NoneLeft, Swept };

/// Sweeps the next unswept span; adds the pages that came back.
Step sweep_next(SweptBy who, size_t &pages_freed) {
  SweepInProgress sweeping;
  for (;;) {
    // The cursor first: the generation grew long before, and reclaim_open() writes end, then cursor,
    // so an index taken from the new sweep comes with the new end. Taken by compare-and-swap, not by
    // addition, since this thread may meet reclaim_open() here: an index beyond an old end must not
    // be consumed. (The old end itself may be, between the two writes; it is looked at again.)
    uint32_t index = reclaim.cursor.load(std::memory_order_seq_cst);
    if (index >= reclaim.end.load(std::memory_order_seq_cst))
      return Step::NoneLeft;
    if (!reclaim.cursor.compare_exchange_weak(index, index + 1, std::memory_order_seq_cst))
      continue;
    Look look;
    do
      look = look_at(span_at(index), who, pages_freed);
    while (look == Look::Again);
    if (look == Look::Swept)
      return Step::Swept;
  }
}

} // namespace

SweepCounters &sweep_counters() { return counters; }

uint32_t heap_sweep_generation() { return reclaim.generation.load(std::memory_order_acquire); }

uint32_t sweeping_cycle() { return heap_sweep_generation() / 2 - 1; }

SweepInProgress::SweepInProgress() : began_(processor_ticks()) {
  reclaim.in_progress.fetch_add(1, std::memory_order_seq_cst);
}
SweepInProgress::~SweepInProgress() {
  reclaim.in_progress.fetch_sub(1, std::memory_order_seq_cst);
  counters.ticks.fetch_add(processor_ticks() - began_, std::memory_order_relaxed);
}

void reclaim_begin() {
  TRICOLOR_CHECK(!spans_are_held());
  TRICOLOR_CHECK(reclaim_is_open() && reclaim.cursor.load(std::memory_order_seq_cst) >=
                                          reclaim.end.load(std::memory_order_seq_cst));
  reclaim.duty_bytes_per_span.store(0, std::memory_order_relaxed);
  reclaim.opening.store(Opening::Awaited, std::memory_order_seq_cst);
  reclaim.generation.fetch_add(2, std::memory_order_seq_cst);
}

void reclaim_open() {
  TRICOLOR_CHECK(!reclaim_is_open());
  reclaim.end.store(span_count(), std::memory_order_seq_cst);
  reclaim.cursor.store(0, std::memory_order_seq_cst);
  reclaim.opening.store(Opening::Done, std::memory_order_seq_cst);
}

void reclaim_set_duty(uint64_t bytes) {
  uint64_t per_span = 0;
  if (bytes != UINT64_MAX) {
    uint64_t spans = reclaim.end.load(std::memory_order_relaxed);
    per_span = spans != 0 && bytes > spans ? bytes / spans : 1;
  }
  // Who sees a duty sees where it begins.
  reclaim.duty_bytes_per_span.store(0, std::memory_order_seq_cst);
  reclaim.duty_from.store(heap_counters().allocated_bytes.load(std::memory_order_relaxed),
                          std::memory_order_seq_cst);
  reclaim.duty_bytes_per_span.store(per_span, std::memory_order_seq_cst);
}

void reclaim_pay_duty() {
  uint64_t per_span = reclaim.duty_bytes_per_span.load(std::memory_order_acquire);
  uint32_t end = reclaim.end.load(std::memory_order_relaxed);
  if (per_span == 0 || reclaim.cursor.load(std::memory_order_relaxed) >= end)
    return;
  uint64_t from = reclaim.duty_from.load(std::memory_order_acquire);
  uint64_t now = heap_counters().allocated_bytes.load(std::memory_order_relaxed);
  // The counter goes back when caches give back what they did not use.
  uint64_t due = now > from ? (now - from) / per_span : 0;
  size_t pages = 0;
  while (reclaim.cursor.load(std::memory_order_relaxed) < due &&
         sweep_next(SweptBy::Lazy, pages) == Step::Swept) {
  }
}

bool reclaim_one(SweptBy who) {
  size_t pages = 0;
  return sweep_next(who, pages) == Step::Swept;
}

void reclaim_pages(size_t pages, Patience patience) {
  size_t freed = 0;
  for (int in_vain = 0;
       freed < pages && (patience == Patience::Endless || in_vain < sweeps_in_vain);) {
    size_t before = freed;
    if (sweep_next(SweptBy::Lazy, freed) == Step::NoneLeft)
      return;
    in_vain = freed == before ? in_vain + 1 : 0;
  }
}

bool reclaim_is_open() { return reclaim.opening.load(std::memory_order_seq_cst) == Opening::Done; }

bool reclaim_is_done() {
  return reclaim_is_open() &&
         reclaim.cursor.load(std::memory_order_seq_cst) >=
             reclaim.end.load(std::memory_order_seq_cst) &&
         reclaim.in_progress.load(std::memory_order_seq_cst) == 0;
}

void reclaim_forked() {
  TRICOLOR_CHECK(reclaim.in_progress.load(std::memory_order_seq_cst) == 0);
  if (!reclaim_is_open())
    reclaim_open();
}

uint32_t sweep_claimed_span(Span *span, SweptBy who) {
  BitWord *allocation = span->allocation_bits, *marks = span->mark_bits;
  bool traced = span->kind == ObjectKind::Traced;
  bool poison = poison_enabled();
  size_t object_bytes = span->object_bytes;
  uint32_t freed = 0;
  for (uint32_t w = 0; w < span->bit_words(); ++w) {
    uint64_t dying = 0;
    if (!traced)
      dying =
          allocation[w].load(std::memory_order_acquire) & ~marks[w].load(std::memory_order_relaxed);
    if (dying != 0) {
      if (poison)
        for (uint64_t rest = dying; rest; rest &= rest - 1)
          poison_fill(span->object_at(w * 64 + static_cast<uint32_t>(std::countr_zero(rest))),
                      span->is_large() ? span->bytes() : object_bytes);
      if (allocation_sites_recorded())
        for (uint64_t rest = dying; rest; rest &= rest - 1)
          note_swept(span->object_at(w * 64 + static_cast<uint32_t>(std::countr_zero(rest))),
                     sweeping_cycle());
      span->needs_zero = true;
      uint64_t old = allocation[w].fetch_and(~dying, std::memory_order_seq_cst);
      freed += static_cast<uint32_t>(std::popcount(old & dying));
    }
    marks[w].store(0, std::memory_order_relaxed);
  }
  counters.spans[static_cast<unsigned>(who)].fetch_add(1, std::memory_order_relaxed);
  if (freed != 0) {
    HeapCounters &heap = heap_counters();
    heap.by_size[span->class_index].frees.fetch_add(freed, std::memory_order_relaxed);
    heap.freed_bytes.fetch_add(freed * object_bytes, std::memory_order_relaxed);
    counters.freed_objects.fetch_add(freed, std::memory_order_relaxed);
    counters.freed_bytes.fetch_add(freed * object_bytes, std::memory_order_relaxed);
  }
  span->generation.store(heap_sweep_generation(), std::memory_order_release);
  if (freed != 0)
    span->allocated.fetch_sub(freed, std::memory_order_seq_cst);
  return freed;
}

} // namespace tricolor::rt
