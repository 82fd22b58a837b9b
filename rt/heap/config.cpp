//===- rt/heap/config.cpp - Starting the heap ---------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/config.h"
#include "heap/allocation_sites.h"
#include "heap/page_heap.h"
#include "heap/page_table.h"
#include "heap/span.h"
#include "os/fatal.h"
#include "os/pages.h"

namespace tricolor::rt {

namespace {
// Less is of no use to any program: it is a sign of a limit that somebody set by mistake.
constexpr size_t smallest_reserve = size_t{4} * 1024 * 1024;
// So that huge pages of the kernel fit.
constexpr size_t range_alignment = size_t{2} * 1024 * 1024;

constinit bool initialized = false;
constinit bool poison_on = false;

bool try_reserve(size_t bytes) {
  void *range = reserve_pages(bytes, range_alignment);
  if (!range)
    return false;
  size_t pages = bytes >> page_shift;
  void *entries = reserve_pages(pages * sizeof(uintptr_t), os_page_bytes);
  auto base = reinterpret_cast<uintptr_t>(range);
  if (!entries || !spans_initialize(pages) || !pages_initialize(base, pages)) {
    // What else was reserved stays so: it happens at most once per halving and costs addresses
    // only.
    unmap_pages(range, bytes);
    if (entries)
      unmap_pages(entries, pages * sizeof(uintptr_t));
    return false;
  }
  page_table.entries = static_cast<std::atomic<uintptr_t> *>(entries);
  page_table.base = base;
  page_table.reserved = bytes;
  return true;
}
} // namespace

void heap_initialize(const HeapConfig &config) {
  if (initialized)
    return;
  poison_on = config.poison == Poison::On;
  bool sites = config.sites == AllocationSites::On;
  size_t bytes = config.reserve_bytes / (sites ? 4 : 1) & ~(range_alignment - 1);
  for (size_t allowance = address_space_allowance() / (sites ? 4 : 1); bytes > allowance;)
    bytes /= 2;
  bytes &= ~(range_alignment - 1);
  while (bytes >= smallest_reserve && !try_reserve(bytes))
    bytes = bytes / 2 & ~(range_alignment - 1);
  if (bytes < smallest_reserve)
    fatal("cannot reserve address space for the heap, not even 4 MiB",
          "raise the limit on the process's address space (ulimit -v)");
  if (sites)
    allocation_sites_initialize(bytes);
  initialized = true;
}

bool poison_enabled() { return poison_on; }

} // namespace tricolor::rt
