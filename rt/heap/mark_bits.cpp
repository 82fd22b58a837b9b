//===- rt/heap/mark_bits.cpp - Mark and checkmark bits ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/mark_bits.h"
#include "heap/span_hold.h"
#include "heap/thread_cache.h"
#include "os/fatal.h"
#include "os/metadata.h"

namespace tricolor::rt {

void checkmark_begin() {
  for (uint32_t i = 0, n = span_count(); i < n; ++i) {
    Span *span = span_at(i);
    if (!span->in_use())
      continue;
    TRICOLOR_CHECK(span->checkmark_bits.get() == nullptr);
    span->checkmark_bits = metadata_new_array<BitWord>(span->bit_words());
  }
}

void checkmark_end() {
  for (uint32_t i = 0, n = span_count(); i < n; ++i) {
    Span *span = span_at(i);
    if (!span->in_use())
      continue;
    metadata_free(span->checkmark_bits.get(), span->bit_words() * sizeof(BitWord));
    span->checkmark_bits = nullptr;
  }
}

void abandon_marks(ThreadCache &cache) {
  cache.allocate_white();
  for (uint32_t i = 0, n = span_count(); i < n; ++i) {
    Span *span = span_at(i);
    if (!span->in_use())
      continue;
    for (uint32_t w = 0; w < span->bit_words(); ++w)
      span->mark_bits.get()[w].store(0, std::memory_order_relaxed);
  }
  let_spans_go();
}

} // namespace tricolor::rt
