//===- rt/heap/find_object.h - Which object a word points to ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// find_object() is total: any word may be asked, interior, stale, free, foreign, and the answer is
// right at some moment during the call. It takes no lock and writes nothing, so markers, barriers
// and signal handlers may call it.
//
//   1. The page table entry gives a span, or the word is no pointer of ours.
//   2. The span's version is read; if it is odd, the span is being made or ended and holds no
//      object yet or any more.
//   3. Slot, bounds and allocation bit are read from the span.
//   4. The version is read again: if it changed, what 3 read may belong to two lives of the Span
//      and is thrown away. Without this step, a stale word could give an index beyond the bits of
//      the span's new life.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_FIND_OBJECT_H
#define TRICOLOR_RT_HEAP_FIND_OBJECT_H

#include "heap/object_kind.h"
#include "heap/page_table.h"
#include "heap/span.h"
#include "heap/type_info.h"

namespace tricolor::rt {

struct ObjectRef {
  Span *span = nullptr;
  uint32_t index = 0;
  uintptr_t base = 0;
  size_t size = 0; // bytes that may be used, at least those asked for

  explicit operator bool() const { return span != nullptr; }
};

/// Steps 2 to 4, for a span that the page table had for the word: now or earlier.
inline ObjectRef find_object_in(Span *span, uintptr_t word) {
  for (;;) {
    uint32_t version = span->version.load(std::memory_order_acquire);
    if (version & 1)
      return {};
    uintptr_t base = span->base;
    size_t size = span->object_bytes;
    uint32_t index = static_cast<uint32_t>((word - base) * span->divide_magic >> 32);
    uintptr_t object = base + index * size;
    const BitWord *bits = span->allocation_bits;
    bool inside = word >= base && word < span->limit;
    bool allocated = inside && index < span->count &&
                     (load_perhaps_stale(bits[index / 64]) >> (index % 64) & 1) &&
                     !span->in_unused_run(object);
    std::atomic_signal_fence(std::memory_order_seq_cst); // x86-64 keeps loads in order by itself
    if (span->version.load(std::memory_order_acquire) != version) [[unlikely]]
      continue;
    if (!allocated)
      return {};
    return {span, index, object, size};
  }
}

inline ObjectRef find_object(uintptr_t word) {
  for (;;) {
    Span *span = page_table.span_of(word);
    if (!span)
      return {};
    uint32_t version = span->version.load(std::memory_order_acquire);
    ObjectRef object = find_object_in(span, word);
    // If the Span has begun another life meanwhile, the word may be in the one that came after it.
    if (object || span->version.load(std::memory_order_acquire) == version) [[likely]]
      return object;
  }
}

/// How to scan the object.
inline ObjectLayout object_layout(const ObjectRef &object) {
  const Span *span = object.span;
  if (std::atomic<uint32_t> *descriptors = span->descriptors) {
    uint32_t descriptor = descriptors[object.index].load(std::memory_order_relaxed);
    return {ObjectKind::Typed, type_at(descriptor >> 2), static_cast<ArrayForm>(descriptor & 3)};
  }
  return {span->kind, span->type, span->form};
}

/// Whether the object must be scanned at all.
inline bool is_noscan(const ObjectRef &object) { return object.span->kind == ObjectKind::Noscan; }

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_FIND_OBJECT_H
