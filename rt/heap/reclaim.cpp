//===- rt/heap/reclaim.cpp - Sweeping a span ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/reclaim.h"
#include "heap/accounting.h"
#include "heap/central_list.h"
#include "heap/config.h"
#include "heap/large_object.h"
#include "heap/poison.h"
#include "os/fatal.h"

namespace tricolor::rt {

namespace {

struct Reclaim {
  std::atomic<uint32_t> generation{2};
  // Spans [cursor, end) have not been looked at in this cycle, by number.
  std::atomic<uint32_t> cursor{0};
  std::atomic<uint32_t> end{0};
  std::atomic<uint32_t> in_progress{0};
};
constinit Reclaim reclaim;
constinit SweepCounters counters = {};

enum class Step : uint8_t { NoneLeft, Swept };

/// Sweeps the next unswept span; adds the pages that came back.
Step sweep_next(SweptBy who, size_t &pages_freed) {
  SweepInProgress sweeping;
  for (;;) {
    // The cursor first: reclaim_begin() writes generation, end, cursor in this order, so an index
    // taken from the new cycle comes with the new end and the new generation. Taken by
    // compare-and-swap, not by addition, since this may be a thread of no mutator that meets
    // reclaim_begin() here: an index beyond an old end must not be consumed.
    uint32_t index = reclaim.cursor.load(std::memory_order_seq_cst);
    if (index >= reclaim.end.load(std::memory_order_seq_cst))
      return Step::NoneLeft;
    if (!reclaim.cursor.compare_exchange_weak(index, index + 1, std::memory_order_seq_cst))
      continue;
    uint32_t generation = heap_sweep_generation();
    Span *span = span_at(index);
    SpanPlace place = span->place.load(std::memory_order_seq_cst);
    if (place == SpanPlace::Unswept) {
      CentralList &list = central_list(span->run_index);
      if (!list.claim(span))
        continue;
      size_t pages = span->pages;
      uint32_t freed = sweep_claimed_span(span, who);
      if (freed != 0 && span->allocated.load(std::memory_order_relaxed) == 0)
        pages_freed += pages;
      list.swept(span);
      return Step::Swept;
    }
    if (place == SpanPlace::Large &&
        span->generation.load(std::memory_order_relaxed) != generation) {
      if (!span->place.compare_exchange_strong(place, SpanPlace::Sweeping,
                                               std::memory_order_seq_cst))
        continue;
      // Another life of the Span may have begun since: it is then of this generation.
      bool ours = span->generation.load(std::memory_order_relaxed) != generation;
      if (ours)
        sweep_claimed_span(span, who);
      span->place.store(SpanPlace::Large, std::memory_order_seq_cst);
      if (span->allocated.load(std::memory_order_seq_cst) == 0)
        pages_freed += retire_if_empty(span);
      if (ours)
        return Step::Swept;
    }
  }
}

} // namespace

SweepCounters &sweep_counters() { return counters; }

uint32_t heap_sweep_generation() { return reclaim.generation.load(std::memory_order_acquire); }

SweepInProgress::SweepInProgress() { reclaim.in_progress.fetch_add(1, std::memory_order_seq_cst); }
SweepInProgress::~SweepInProgress() { reclaim.in_progress.fetch_sub(1, std::memory_order_seq_cst); }

void reclaim_begin() {
  TRICOLOR_CHECK(reclaim.cursor.load(std::memory_order_seq_cst) >=
                 reclaim.end.load(std::memory_order_seq_cst));
  reclaim.generation.fetch_add(2, std::memory_order_seq_cst);
  for (unsigned i = 0; i < run_index_count; ++i)
    central_list(i).make_unswept();
  reclaim.end.store(span_count(), std::memory_order_seq_cst);
  reclaim.cursor.store(0, std::memory_order_seq_cst);
}

bool reclaim_one(SweptBy who) {
  size_t pages = 0;
  return sweep_next(who, pages) == Step::Swept;
}

void reclaim_pages(size_t pages) {
  size_t freed = 0;
  while (freed < pages && sweep_next(SweptBy::Lazy, freed) == Step::Swept) {
  }
}

bool reclaim_is_done() {
  return reclaim.cursor.load(std::memory_order_seq_cst) >=
             reclaim.end.load(std::memory_order_seq_cst) &&
         reclaim.in_progress.load(std::memory_order_seq_cst) == 0;
}

void reclaim_forked() { reclaim.in_progress.store(0, std::memory_order_seq_cst); }

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
