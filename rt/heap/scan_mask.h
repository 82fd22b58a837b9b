//===- rt/heap/scan_mask.h - The words of a small object that are scanned -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Which words of an object are to be scanned follows from its kind, its type, its form and its size. For most objects it is a
// mask of at most 64 words, and the same for all of a span: the span has its number, and the marker what it needs in
// one load. So a marker can note an object as a number and an address, and scan it without another look at its span.
//
//   layout_decides   ask object_layout(): shared typed spans, large objects, objects of more than 64 words; and
//                    traced objects, which are roots
//   holds_nothing    no pointers
//   others           a type with a span of its own, or the size class of conservative objects
//
// An entry is written when the first of its spans is made; who has found the span sees it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_SCAN_MASK_H
#define TRICOLOR_RT_HEAP_SCAN_MASK_H

#include "heap/span.h"
#include "heap/type_info.h"
#include "os/relaxed.h"

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

struct ScanMask {
  Relaxed<uint64_t> words;     // bit i: word i of the object may hold a pointer
  std::atomic<uint32_t> bytes; // of the object; written last
  Relaxed<uint32_t> last;      // where the last of the words begins, in bytes
};

inline constexpr uint8_t layout_decides = 0, holds_nothing = 1, first_scan_mask = 2;
inline constexpr unsigned scan_mask_count = first_scan_mask + size_class_count + own_span_types;
static_assert(scan_mask_count <= UINT8_MAX + 1);

extern ScanMask scan_masks[scan_mask_count];

/// The number for the objects of such a span, whose entry is there when it returns.
uint8_t scan_mask_number(const SpanPlan &plan);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_SCAN_MASK_H
