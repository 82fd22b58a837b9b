//===- rt/heap/accounting.cpp - What the heap counts --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/accounting.h"
#include "os/metadata.h"

namespace tricolor::rt {

static constinit HeapCounters counters = {};

HeapCounters &heap_counters() { return counters; }

static uint64_t get(const std::atomic<uint64_t> &counter) {
  return counter.load(std::memory_order_relaxed);
}

/// a - b, but 0 when b was read later and has overtaken a.
static uint64_t difference(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

uint64_t heap_mallocs() {
  uint64_t sum = 0;
  for (const SizeCounters &size : counters.by_size)
    sum += get(size.mallocs);
  return sum;
}

uint64_t heap_frees() {
  uint64_t sum = 0;
  for (const SizeCounters &size : counters.by_size)
    sum += get(size.frees);
  return sum;
}

uint64_t heap_live_objects() {
  uint64_t frees = heap_frees();
  return difference(heap_mallocs(), frees);
}

uint64_t heap_live_bytes() {
  uint64_t freed = get(counters.freed_bytes);
  return difference(get(counters.allocated_bytes), freed);
}

uint64_t heap_inuse_bytes() { return get(counters.inuse_bytes); }

uint64_t heap_sys_bytes() {
  return get(counters.inuse_bytes) + get(counters.free_dirty_bytes) + metadata_bytes();
}

} // namespace tricolor::rt
