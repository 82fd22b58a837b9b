//===- rt/heap/pointer_fault.cpp - What is wrong with a pointer ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/pointer_fault.h"

#include "heap/find_object.h"
#include "heap/mark_bits.h"
#include "heap/reclaim.h"

namespace tricolor::rt {

namespace {

// Whether the last marking did not reach the object, which waits for the sweep.
bool awaits_sweep(const ObjectRef &object) {
  if (object_layout(object).kind == ObjectKind::Traced)
    return false;
  const Span *span = object.span;
  uint32_t version = span->version.load(std::memory_order_acquire);
  uint32_t generation = span->generation.load(std::memory_order_acquire);
  if ((version & 1) || generation != heap_sweep_generation() - 2)
    return false;
  bool marked = is_marked(object);
  bool allocated = span->is_allocated(object.index);
  std::atomic_signal_fence(std::memory_order_seq_cst); // x86-64 keeps loads in order by itself
  return !marked && allocated && span->generation.load(std::memory_order_acquire) == generation &&
         span->version.load(std::memory_order_acquire) == version;
}

// What is at an address of the heap where no object is.
PointerVerdict describe_vacancy(uintptr_t word) {
  for (;;) {
    const Span *span = page_table.span_of(word);
    if (!span)
      return {PointerFault::FreePages, history_around(word)};
    uint32_t version = span->version.load(std::memory_order_acquire);
    if (version & 1)
      return {PointerFault::FreePages, history_around(word)};
    uintptr_t limit = span->limit;
    uintptr_t base = span->object_at(span->index_of(word));
    PointerVerdict verdict = {PointerFault::FreeSlot, {}, span->object_bytes, span->kind};
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (span->version.load(std::memory_order_acquire) != version)
      continue;
    if (word >= limit) {
      verdict.fault = PointerFault::BetweenObjects;
      return verdict;
    }
    verdict.history = history_of(base);
    return verdict;
  }
}

} // namespace

PointerVerdict judge_pointer(uintptr_t word) {
  if (!page_table.contains(word))
    return {};
  ObjectRef object = find_object(word);
  if (!object)
    return find_object(word - 1) ? PointerVerdict{} : describe_vacancy(word);
  PointerVerdict verdict = {PointerFault::None, history_of(object.base), object.size,
                            object_layout(object).kind};
  const ObjectHistory &history = verdict.history;
  if (awaits_sweep(object))
    verdict.fault = PointerFault::DeadObject;
  else if (history.fate == ObjectFate::Live && history.type && word - object.base > history.bytes)
    verdict.fault = PointerFault::BeyondObject;
  return verdict;
}

bool is_stale(uintptr_t word, PointerVerdict *verdict) {
  if (!page_table.contains(word) || find_object(word) || find_object(word - 1))
    return false;
  *verdict = describe_vacancy(word);
  const ObjectHistory &history = verdict->history;
  return history.fate == ObjectFate::Swept && word - history.base <= history.bytes;
}

} // namespace tricolor::rt
