//===- rt/heap/verify.cpp - Checking the heap's invariants --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/verify.h"
#include "heap/accounting.h"
#include "heap/central_list.h"
#include "heap/config.h"
#include "heap/find_object.h"
#include "heap/page_heap.h"
#include "heap/poison.h"
#include "heap/reclaim.h"
#include "heap/span_hold.h"
#include "os/fatal.h"

namespace tricolor::rt {

namespace {

[[noreturn]] void broken(const Span *span, const char *what) {
  fatal(LineWriter()
            .str("heap verification: span at ")
            .hex(span->base)
            .str(", ")
            .dec(span->pages)
            .str(" pages, objects of ")
            .dec(span->object_bytes)
            .str(" bytes: ")
            .str(what),
        "this is a bug in the collector, or the program wrote to memory that is not its own");
}

void check(const Span *span, bool condition, const char *what) {
  if (!condition) [[unlikely]]
    broken(span, what);
}

void verify_identity(const Span *span) {
  check(span, !(span->version.load() & 1), "its version is odd");
  check(span,
        span->base >= page_table.base && span->base % page_bytes == 0 && span->pages != 0 &&
            span->base + span->bytes() <= page_table.base + page_table.grown.load(),
        "its pages are not in the heap");
  check(span,
        span->limit == span->base + span->count * span->object_bytes &&
            span->limit <= span->base + span->bytes(),
        "its objects do not fit its pages");
  for (uint32_t i = 0; i < span->pages; ++i)
    check(span, page_table.span_of(span->base + i * page_bytes) == span,
          "the page table names another span for one of its pages");
  if (span->is_large()) {
    check(span, span->count == 1 && span->divide_magic == 0, "it is large but not one object");
    return;
  }
  RunShape shape = run_shape(span->run_index);
  check(span,
        shape.class_index == span->class_index && shape.kind == span->kind &&
            shape.type == span->type && shape.shared_types == (span->descriptors.get() != nullptr),
        "it does not fit its central list");
}

void verify_bits(const Span *span) {
  const BitWord *bits = span->allocation_bits, *marks = span->mark_bits;
  uint32_t set = 0;
  for (uint32_t w = 0; w < span->bit_words(); ++w) {
    uint64_t allocated = bits[w].load();
    set += static_cast<uint32_t>(std::popcount(allocated));
    uint64_t outside = w == span->bit_words() - 1 && span->count % 64 != 0
                           ? ~uint64_t(0) << (span->count % 64)
                           : 0;
    check(span, ((allocated | marks[w].load()) & outside) == 0,
          "bits are set behind the last object");
  }
  check(span, set == span->allocated.load(), "the count of allocated objects is wrong");
  if (!poison_enabled())
    return;
  for (uint32_t i = 0; i < span->count; ++i)
    if (!(bits[i / 64].load() >> (i % 64) & 1))
      poison_check(span->object_at(i), span->object_bytes, span->object_bytes);
}

void verify_descriptors(const Span *span) {
  std::atomic<uint32_t> *descriptors = span->descriptors;
  for (uint32_t i = 0; descriptors && i < span->count; ++i)
    if (span->is_allocated(i)) {
      uint32_t descriptor = descriptors[i].load();
      check(span, descriptor >> 2 < type_count() && (descriptor & 3) <= 2,
            "an object's descriptor names no type");
    }
}

void verify_place(const Span *span) {
  uint32_t generation = heap_sweep_generation();
  uint32_t of_span = span->generation.load();
  bool swept = of_span == generation;
  check(span, swept || of_span == generation - 2, "its sweep generation is wrong");
  uint32_t allocated = span->allocated.load();
  bool empty_allowed = may_be_empty(span);
  switch (span->place.load()) {
  case SpanPlace::Nowhere:
    return;
  case SpanPlace::Cached:
    check(span, span->run.get() != nullptr && span->run->span == span,
          "its cache does not know it");
    check(span, swept || !reclaim_is_open(), "a cache owns it unswept");
    return;
  case SpanPlace::Partial:
    check(span, !swept || ((allocated != 0 || empty_allowed) && allocated < span->count),
          "it is listed as partial and is not");
    check(span, !span->run.get(), "it is listed and has a run");
    return;
  case SpanPlace::Full:
    check(span, !swept || allocated == span->count, "it is listed as full and is not");
    check(span, !span->run.get(), "it is listed and has a run");
    return;
  case SpanPlace::Unswept:
    check(span, !swept && !span->run.get(), "it is listed as unswept and is not");
    return;
  case SpanPlace::Large:
    check(span, span->is_large() && (allocated == 1 || empty_allowed), "it is no large object");
    return;
  case SpanPlace::Sweeping:
    broken(span, "it is being swept while the world is stopped");
  }
}

/// Members of the list, in whose place they must be; those of an unswept list, which is where they
/// must be iff they are unswept, may have any place of a listed span.
uint64_t verify_list(unsigned run_index, const SpanList &list, SpanPlace place) {
  uint64_t members = 0;
  Span *previous = nullptr;
  for (Span *span = list.first(); span; previous = span, span = span->next) {
    check(span, span->previous == previous, "its central list is not linked both ways");
    bool unswept = span->generation.load() != heap_sweep_generation();
    SpanPlace of_span = span->place.load();
    check(span,
          span->run_index == run_index && unswept == (place == SpanPlace::Unswept) &&
              (of_span == place || (unswept && is_listed(of_span))),
          "it is in the wrong list");
    ++members;
  }
  return members;
}

} // namespace

void heap_verify() {
  uint64_t pages = 0, bytes = 0, listed = 0;
  for (uint32_t i = 0, n = span_count(); i < n; ++i) {
    const Span *span = span_at(i);
    if (!span->in_use()) {
      if (!(span->version.load() & 1))
        broken(span, "it is dead but its version is even");
      continue;
    }
    verify_identity(span);
    verify_bits(span);
    verify_descriptors(span);
    verify_place(span);
    SpanPlace place = span->place.load();
    listed += is_listed(place);
    pages += span->pages;
    bytes += span->allocated.load() * span->object_bytes;
  }
  uint64_t members = 0;
  for (unsigned i = 0; i < run_index_count; ++i) {
    CentralList &list = central_list(i);
    list.meet_generation();
    members += verify_list(i, list.partial(), SpanPlace::Partial);
    members += verify_list(i, list.full(), SpanPlace::Full);
    members += verify_list(i, list.unswept(), SpanPlace::Unswept);
  }
  if (members != listed)
    fatal(LineWriter()
              .str("heap verification: ")
              .dec(listed)
              .str(" spans should be in central lists, ")
              .dec(members)
              .str(" are"));
  size_t free = verify_free_pages();
  size_t grown = page_table.grown.load() >> page_shift;
  if (free + pages != grown)
    fatal(LineWriter()
              .str("heap verification: ")
              .dec(pages)
              .str(" pages in spans and ")
              .dec(free)
              .str(" free ones do not make ")
              .dec(grown));
  if (pages * page_bytes != heap_inuse_bytes())
    fatal("heap verification: the count of bytes in use is wrong");
  if (bytes != heap_live_bytes())
    fatal(LineWriter()
              .str("heap verification: objects have ")
              .dec(bytes)
              .str(" bytes, the counters say ")
              .dec(heap_live_bytes()));
}

void heap_verify_unmarked() {
  for (uint32_t i = 0, n = span_count(); i < n; ++i) {
    const Span *span = span_at(i);
    if (!span->in_use())
      continue;
    check(span, span->generation.load() == heap_sweep_generation(), "the sweep has passed it by");
    for (uint32_t w = 0; w < span->bit_words(); ++w)
      check(span, span->mark_bits.get()[w].load() == 0, "it is marked before marking has begun");
  }
}

} // namespace tricolor::rt
