//===- rt/heap/free_object.cpp - Freeing early --------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/free_object.h"
#include "heap/accounting.h"
#include "heap/central_list.h"
#include "heap/config.h"
#include "heap/find_object.h"
#include "heap/large_object.h"
#include "heap/page_heap.h"
#include "heap/poison.h"
#include "heap/specials.h"
#include "os/handover.h"

namespace tricolor::rt {

namespace {

// A large free gives memory back to the kernel itself when free dirty pages exceed the reserve by
// this factor: the background thread comes after sweeps only. Larger: a program that frees and
// allocates large objects in turn keeps its pages; smaller: less memory is held.
constexpr size_t release_factor = 2;
// It gives back at most so many times the object. Above 1, so that the excess falls; larger: longer
// frees.
constexpr size_t release_share = 2;

void release_after_large_free(size_t object_bytes) {
  size_t keep = page_reserve_bytes();
  if (heap_counters().free_dirty_bytes.load(std::memory_order_relaxed) > release_factor * keep)
    release_free_pages(keep, release_share * object_bytes);
}

} // namespace

void FreeCounts::flush() {
  if (objects_ == 0)
    return;
  HeapCounters &counters = heap_counters();
  counters.by_size[class_index_].frees.fetch_add(objects_, std::memory_order_relaxed);
  counters.freed_bytes.fetch_add(objects_ * object_bytes_, std::memory_order_relaxed);
  if (again_ != 0) {
    counters.by_size[class_index_].mallocs.fetch_add(again_, std::memory_order_relaxed);
    counters.allocated_bytes.fetch_add(again_ * object_bytes_, std::memory_order_relaxed);
  }
  objects_ = again_ = 0;
}

FreeResult free_object(uintptr_t address) {
  if (address - page_table.base >= page_table.reserved)
    return FreeResult::Foreign;
  ObjectRef object = find_object(address);
  if (!object)
    return FreeResult::NotAllocated;
  if (object.base != address)
    return FreeResult::Interior;
  FreeCounts counts = {};
  bool freed = free_found_object(object, counts);
  counts.flush();
  return freed ? FreeResult::Freed : FreeResult::NotAllocated;
}

bool free_found_object(const ObjectRef &object, FreeCounts &counts) {
  // 0. Forget what was to happen at the object's death, while it is this object.
  // 1. Fill, while the bit still keeps the slot from being given to anybody.
  // 2. Clear the bit. Who finds it clear already has lost against another free: the object was
  //    freed twice.
  // 3. Count. Until then `allocated` is too high by one, so nobody takes the span for empty and
  //    ends it.
  // 4. Look where the span is. From here on it may have ended and be another span: slot_freed()
  //    finds out.
  Span *span = object.span;
  bool large = span->is_large();
  unsigned class_index = span->class_index;
  if (span->specials.load(std::memory_order_acquire))
    specials_drop(object);
  program_gives(&span->base); // another thread may have allocated it
  if (poison_enabled())
    poison_fill(object.base, large ? span->bytes() : object.size);
  span->needs_zero = true;
  uint64_t mask = uint64_t(1) << (object.index % 64);
  BitWord &bits = span->allocation_bits.get()[object.index / 64];
  if (!(bits.fetch_and(~mask, std::memory_order_seq_cst) & mask))
    return false;
  counts.add(class_index, object.size, FreeCounts::Slot::Free);
  uint32_t left = span->allocated.fetch_sub(1, std::memory_order_seq_cst) - 1;
  if (large) {
    retire_if_empty(span);
    release_after_large_free(object.size);
    return true;
  }
  SpanPlace place = span->place.load(std::memory_order_seq_cst);
  if (place == SpanPlace::Full || (place == SpanPlace::Partial && left == 0)) {
    unsigned run_index = span->run_index;
    if (run_index < run_index_count)
      central_list(run_index).slot_freed(span);
  }
  return true;
}

} // namespace tricolor::rt
