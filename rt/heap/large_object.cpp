//===- rt/heap/large_object.cpp - Objects with a span of their own ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/large_object.h"
#include "heap/accounting.h"
#include "heap/central_list.h"
#include "heap/reclaim.h"
#include "heap/run_index.h"
#include "heap/span_hold.h"
#include "os/handover.h"

namespace tricolor::rt {

PageRun allocate_pages_after_sweep(size_t pages, size_t least, size_t align) {
  auto without_growth = [&] {
    PageRun run = allocate_pages(pages, align, Growth::Never);
    return run.base != 0 || least == pages ? run : allocate_pages(least, align, Growth::Never);
  };
  // Between the steps others may take what came back: each step tries again, and only the last one
  // gives up. Under a memory limit the dead make room before fresh pages do.
  size_t past = bytes_past_limit(pages << page_shift);
  if (past != 0 && !reclaim_is_done())
    reclaim_pages((past + page_bytes - 1) >> page_shift, Patience::Endless);
  PageRun run = without_growth();
  if (run.base == 0 && !reclaim_is_done()) {
    reclaim_pages(pages, Patience::Limited);
    run = without_growth();
  }
  if (run.base == 0)
    run = allocate_pages(pages, align, Growth::Allowed);
  if (run.base == 0 && !reclaim_is_done()) {
    reclaim_pages(SIZE_MAX, Patience::Endless);
    run = without_growth();
  }
  if (run.base == 0)
    run = allocate_pages(least, align, Growth::Allowed);
  return run;
}

uintptr_t allocate_large(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                         ArrayForm form, Colour colour) {
  if (bytes > SIZE_MAX / 2 || align > SIZE_MAX / 2)
    return 0;
  if (bytes == 0)
    bytes = 1;
  bytes = (bytes + 15) & ~size_t(15);
  size_t pages = (bytes + page_bytes - 1) >> page_shift;
  if (pages > UINT32_MAX)
    return 0;
  reclaim_pay_duty();
  PageRun run = allocate_pages_after_sweep(pages, pages, align);
  if (run.base == 0)
    return 0;
  prepare_pages(run, PageContents::Zero);
  Span *span = create_span({.base = run.base,
                            .pages = static_cast<uint32_t>(pages),
                            .class_index = 0,
                            .large_bytes = bytes,
                            .kind = kind,
                            .type = type,
                            .form = form,
                            .colour = colour,
                            .run_index = no_run,
                            .place = SpanPlace::Large,
                            .shared_types = false,
                            .needs_zero = true});
  if (!span) {
    if (poison_enabled())
      prepare_pages({run.base, run.pages, 0}, PageContents::Poisoned);
    free_pages(run.base, run.pages);
    return 0;
  }
  program_gets(&span->base);
  HeapCounters &counters = heap_counters();
  counters.by_size[0].mallocs.fetch_add(1, std::memory_order_relaxed);
  counters.allocated_bytes.fetch_add(bytes, std::memory_order_relaxed);
  return run.base;
}

size_t retire_if_empty(Span *span) {
  if (spans_are_held())
    return 0;
  do {
    SpanPlace expected = SpanPlace::Large;
    if (!span->place.compare_exchange_strong(expected, SpanPlace::Sweeping,
                                             std::memory_order_seq_cst))
      return 0;
    if (span->allocated.load(std::memory_order_seq_cst) == 0) {
      size_t pages = span->pages;
      free_span(span);
      return pages;
    }
    span->place.store(SpanPlace::Large, std::memory_order_seq_cst);
  } while (span->allocated.load(std::memory_order_seq_cst) == 0);
  return 0;
}

void free_span(Span *span) {
  uintptr_t base = span->base;
  size_t pages = span->pages;
  if (!span->is_large())
    central_list(span->run_index).span_ends(span);
  destroy_span(span);
  free_pages(base, pages);
}

} // namespace tricolor::rt
