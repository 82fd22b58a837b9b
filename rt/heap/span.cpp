//===- rt/heap/span.cpp - A run of pages with objects of one size -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/span.h"
#include "heap/black_runs.h"
#include "heap/page_table.h"
#include "heap/reclaim.h"
#include "heap/run_index.h"
#include "heap/scan_mask.h"
#include "heap/specials.h"
#include "os/fatal.h"
#include "os/lock.h"
#include "os/metadata.h"
#include "os/pages.h"

namespace tricolor::rt {

namespace {

// Committed at once. Larger: fewer system calls; smaller: less committed ahead of need.
constexpr size_t commit_bytes = size_t{256} * 1024;

struct SpanTable {
  Mutex mutex;
  Span *spans = nullptr;
  Span *dead = nullptr; // linked by next
  std::atomic<uint32_t> count{0};
  uint32_t committed = 0;
  uint32_t limit = 0;
};
constinit SpanTable table;

/// A Span that is nobody's, with an odd version; null when there is no memory.
Span *obtain_span() {
  LockGuard guard(table.mutex);
  if (Span *span = table.dead) {
    table.dead = span->next;
    return span;
  }
  uint32_t index = table.count.load(std::memory_order_relaxed);
  if (index == table.limit)
    return nullptr;
  if (index == table.committed) {
    auto first = reinterpret_cast<uintptr_t>(table.spans + index) & ~(os_page_bytes - 1);
    if (commit_pages(reinterpret_cast<void *>(first), commit_bytes) != CommitResult::Done)
      return nullptr;
    table.committed = static_cast<uint32_t>(
        (first + commit_bytes - reinterpret_cast<uintptr_t>(table.spans)) / sizeof(Span));
  }
  Span *span = table.spans + index;
  span->version.store(1, std::memory_order_relaxed);
  table.count.store(index + 1, std::memory_order_release);
  return span;
}

void give_back(Span *span) {
  LockGuard guard(table.mutex);
  span->next = table.dead;
  table.dead = span;
}

/// One block: allocation bits, mark bits, and for shared types the descriptors.
size_t side_bytes(uint32_t count, bool shared_types) {
  return (size_t{count} + 63) / 64 * 2 * sizeof(BitWord) +
         (shared_types ? count * sizeof(uint32_t) : 0);
}

} // namespace

bool spans_initialize(size_t pages) {
  // One more commit step than needed: commits are rounded up.
  void *spans = reserve_pages((pages * sizeof(Span) & ~(os_page_bytes - 1)) + 2 * commit_bytes,
                              os_page_bytes);
  if (!spans)
    return false;
  table.spans = static_cast<Span *>(spans);
  table.limit = pages > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(pages);
  return true;
}

uint32_t span_count() { return table.count.load(std::memory_order_acquire); }
Span *span_at(uint32_t index) { return table.spans + index; }

Span *create_span(const SpanPlan &plan) {
  uint32_t count =
      plan.class_index == 0
          ? 1
          : static_cast<uint32_t>(plan.pages * page_bytes / size_class(plan.class_index).bytes);
  auto *side = static_cast<BitWord *>(metadata_try_allocate(side_bytes(count, plan.shared_types)));
  if (!side)
    return nullptr;
  Span *span = obtain_span();
  if (!span) {
    metadata_free(side, side_bytes(count, plan.shared_types));
    return nullptr;
  }
  TRICOLOR_ASSERT(span->version.load(std::memory_order_relaxed) & 1);
  uint32_t words = (count + 63) / 64;
  span->count = count;
  span->base = plan.base;
  span->pages = plan.pages;
  if (plan.class_index == 0) {
    span->object_bytes = plan.large_bytes;
    span->divide_magic = 0;
  } else {
    span->object_bytes = size_class(plan.class_index).bytes;
    span->divide_magic = size_class(plan.class_index).divide_magic;
  }
  span->limit = plan.base + count * span->object_bytes;
  span->allocation_bits = side;
  span->mark_bits = side + words;
  span->checkmark_bits = nullptr;
  span->descriptors = plan.shared_types
                          ? reinterpret_cast<std::atomic<uint32_t> *>(side + size_t{2} * words)
                          : nullptr;
  span->type = plan.type;
  span->kind = plan.kind;
  span->form = plan.form;
  span->scan_mask = scan_mask_number(plan);
  span->class_index = static_cast<uint8_t>(plan.class_index);
  span->run_index = plan.run_index;
  span->needs_zero = plan.needs_zero;
  span->run = nullptr;
  specials_span_begins(span);
  span->previous = span->next = nullptr;
  uint32_t generation = heap_sweep_generation();
  span->generation.store(generation, std::memory_order_relaxed);
  if (plan.class_index == 0) {
    if (plan.colour.is_black_in(generation)) {
      note_black_run(plan.base, plan.base + 1);
      if (plan.kind != ObjectKind::Traced)
        side[words].store(1, std::memory_order_relaxed);
    }
    // After the mark: who looks for the dead must not find it without.
    side[0].store(1, std::memory_order_release);
  }
  span->allocated.store(plan.class_index == 0 ? 1 : 0, std::memory_order_relaxed);
  span->place.store(plan.place, std::memory_order_release);
  span->version.fetch_add(1, std::memory_order_release);
  page_table.set(plan.base, plan.pages, reinterpret_cast<uintptr_t>(span));
  return span;
}

void destroy_span(Span *span) {
  specials_span_ends(span);
  page_table.set(span->base, span->pages, 0);
  // Nothing below may move up before the version is odd.
  span->version.fetch_add(1, std::memory_order_acq_rel);
  span->place.store(SpanPlace::Nowhere, std::memory_order_release);
  metadata_free(span->allocation_bits.get(),
                side_bytes(span->count, span->descriptors.get() != nullptr));
  give_back(span);
}

} // namespace tricolor::rt
