//===- rt/heap/central_list.cpp - The spans of one kind, shared by all threads ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/central_list.h"
#include "heap/large_object.h"
#include "heap/page_heap.h"
#include "heap/span_hold.h"
#include "os/fatal.h"
#include <algorithm>

namespace tricolor::rt {

namespace {
// How many unswept spans a refill sweeps in vain before it takes fresh pages. More: the heap grows
// less; fewer: a shorter longest refill when most spans are full.
constexpr int sweeps_per_refill = 100;

// A new span is so small a part of what its list has, and never larger than that, so that a class that is used much has
// fewer and larger ones. A greater part, or a higher limit: fewer spans are made, swept and taken for the same
// objects; smaller ones: pages come back sooner, and less is left over in the last span.
constexpr size_t part_of_list = 8;
constexpr size_t most_span_pages = 8;
static_assert(most_span_pages <= max_span_pages);

constinit CentralList lists[run_index_count];

struct TypeRun {
  std::atomic<const TypeInfo *> type{nullptr};
  std::atomic<unsigned> class_index{0};
};
constinit TypeRun type_runs[own_span_types];
} // namespace

void SpanList::push_front(Span *span) {
  span->previous = nullptr;
  span->next = first_;
  (first_ ? first_->previous : last_) = span;
  first_ = span;
}

void SpanList::remove(Span *span) {
  (span->previous ? span->previous->next : first_) = span->next;
  (span->next ? span->next->previous : last_) = span->previous;
  span->previous = span->next = nullptr;
}

void SpanList::splice(SpanList &other) {
  if (other.empty())
    return;
  other.first_->previous = last_;
  (last_ ? last_->next : first_) = other.first_;
  last_ = other.last_;
  other.first_ = other.last_ = nullptr;
}

CentralList &central_list(unsigned run_index) {
  TRICOLOR_ASSERT(run_index < run_index_count);
  return lists[run_index];
}

RunShape run_shape(unsigned run_index) {
  if (run_index < first_type_run) {
    auto kind = static_cast<ObjectKind>(run_index / size_class_count);
    return {kind, run_index % size_class_count, nullptr, kind == ObjectKind::Typed};
  }
  const TypeRun &run = type_runs[run_index - first_type_run];
  const TypeInfo *type = run.type.load(std::memory_order_acquire);
  return {type->noscan() ? ObjectKind::Noscan : ObjectKind::Typed,
          run.class_index.load(std::memory_order_relaxed), type, false};
}

void set_run_type(unsigned run_index, const TypeInfo *type, unsigned class_index) {
  TypeRun &run = type_runs[run_index - first_type_run];
  run.class_index.store(class_index, std::memory_order_relaxed);
  run.type.store(type, std::memory_order_release);
}

bool CentralList::owns(const Span *span) const { return span->run_index == this - lists; }

void CentralList::catch_up() {
  uint32_t generation = heap_sweep_generation();
  if (generation_ == generation)
    return;
  generation_ = generation;
  unswept_.splice(partial_);
  unswept_.splice(full_);
}

bool CentralList::is_unswept(const Span *span) const {
  return span->generation.load(std::memory_order_relaxed) != generation_;
}

Span *CentralList::take_partial() {
  LockGuard guard(mutex_);
  catch_up();
  Span *span = partial_.first();
  if (!span)
    return nullptr;
  partial_.remove(span);
  span->place.store(SpanPlace::Cached, std::memory_order_seq_cst);
  return span;
}

void CentralList::begin_sweep(Span *span) {
  unswept_.remove(span);
  span->place.store(SpanPlace::Sweeping, std::memory_order_seq_cst);
  span->generation.fetch_add(1, std::memory_order_relaxed);
}

Span *CentralList::take_unswept() {
  for (int i = 0; i < sweeps_per_refill; ++i) {
    SweepInProgress sweeping;
    Span *span;
    {
      LockGuard guard(mutex_);
      catch_up();
      span = unswept_.first();
      if (!span)
        return nullptr;
      begin_sweep(span);
    }
    sweep_claimed_span(span, SweptBy::Lazy);
    if (span->allocated.load(std::memory_order_relaxed) < span->count) {
      span->place.store(SpanPlace::Cached, std::memory_order_seq_cst);
      return span;
    }
    swept(span);
  }
  return nullptr;
}

size_t CentralList::next_span_pages(size_t least) const {
  size_t wanted = std::min(pages_.load(std::memory_order_relaxed) / part_of_list, most_span_pages);
  return std::max(wanted / least, size_t{1}) * least;
}

Span *CentralList::take() {
  if (Span *span = take_partial())
    return span;
  if (Span *span = take_unswept())
    return span;
  RunShape shape = run_shape(static_cast<unsigned>(this - lists));
  size_t least = size_class(shape.class_index).pages;
  PageRun run = allocate_pages_after_sweep(next_span_pages(least), least, page_bytes);
  if (run.base == 0)
    return take_partial(); // the sweep for pages may have found a slot here
  bool poison = poison_enabled();
  bool dirty = run.dirty != 0;
  prepare_pages(run, poison ? PageContents::Poisoned : PageContents::AsIs);
  Span *span = create_span({.base = run.base,
                            .pages = static_cast<uint32_t>(run.pages),
                            .class_index = shape.class_index,
                            .large_bytes = 0,
                            .kind = shape.kind,
                            .type = shape.type,
                            .form = ArrayForm::One,
                            .colour = Colour::white(),
                            .run_index = static_cast<uint16_t>(this - lists),
                            .place = SpanPlace::Cached,
                            .shared_types = shape.shared_types,
                            .needs_zero = poison || dirty});
  if (!span) {
    free_pages(run.base, run.pages);
    return nullptr;
  }
  pages_.fetch_add(run.pages, std::memory_order_relaxed);
  return span;
}

CentralList::Settled CentralList::settle(Span *span) {
  if (is_unswept(span)) {
    span->place.store(SpanPlace::Unswept, std::memory_order_seq_cst);
    unswept_.push_front(span);
    return Settled::Kept;
  }
  span->place.store(SpanPlace::Full, std::memory_order_seq_cst);
  if (span->allocated.load(std::memory_order_seq_cst) >= span->count) {
    full_.push_front(span);
    return Settled::Kept;
  }
  span->place.store(SpanPlace::Partial, std::memory_order_seq_cst);
  if (span->allocated.load(std::memory_order_seq_cst) != 0 || spans_are_held()) {
    partial_.push_front(span);
    return Settled::Kept;
  }
  return Settled::Empty;
}

void CentralList::give_back(Span *span) {
  Settled settled;
  {
    LockGuard guard(mutex_);
    catch_up();
    settled = settle(span);
    if (settled == Settled::Empty)
      span->place.store(SpanPlace::Cached, std::memory_order_seq_cst); // ours until it is freed
  }
  if (settled == Settled::Empty)
    free_span(span);
}

void CentralList::swept(Span *span) { give_back(span); }

void CentralList::slot_freed(Span *span) {
  {
    LockGuard guard(mutex_);
    catch_up();
    // The place first: if it belongs to this life of the span, so does the run index read after it,
    // and while the lock is held neither changes.
    SpanPlace place = span->place.load(std::memory_order_seq_cst);
    if ((place != SpanPlace::Full && place != SpanPlace::Partial) || !owns(span))
      return;
    if (is_unswept(span)) { // for the sweep; the next free need not come here
      span->place.store(SpanPlace::Unswept, std::memory_order_seq_cst);
      return;
    }
    (place == SpanPlace::Full ? full_ : partial_).remove(span);
    if (settle(span) == Settled::Kept)
      return;
    span->place.store(SpanPlace::Cached, std::memory_order_seq_cst);
  }
  free_span(span);
}

bool CentralList::claim(Span *span) {
  LockGuard guard(mutex_);
  catch_up();
  if (!is_listed(span->place.load(std::memory_order_seq_cst)) || !owns(span) || !is_unswept(span))
    return false;
  begin_sweep(span);
  return true;
}

} // namespace tricolor::rt
