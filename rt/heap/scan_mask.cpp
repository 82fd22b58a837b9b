//===- rt/heap/scan_mask.cpp - The words of a small object that are scanned -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/scan_mask.h"
#include "heap/run_index.h"

#include <bit>

namespace tricolor::rt {

// Where the layout decides, two lines are a guess.
constinit ScanMask scan_masks[scan_mask_count] = {{0, 0, 64}};

namespace {

constexpr size_t most_words = 64;

uint8_t enter(unsigned number, uint64_t words, size_t bytes) {
  ScanMask &mask = scan_masks[number];
  // Not again: it is in the caches of those who read it.
  if (mask.bytes.load(std::memory_order_acquire) == 0) {
    mask.words = words;
    mask.last = words == 0 ? 0 : 8 * (63 - static_cast<uint32_t>(std::countl_zero(words)));
    mask.bytes.store(static_cast<uint32_t>(bytes), std::memory_order_release);
  }
  return static_cast<uint8_t>(number);
}

} // namespace

uint8_t scan_mask_number(const SpanPlan &plan) {
  if (plan.kind == ObjectKind::Noscan)
    return holds_nothing;
  if (plan.class_index == 0 || plan.kind == ObjectKind::Traced)
    return layout_decides;
  size_t bytes = size_class(plan.class_index).bytes, words = bytes / sizeof(uintptr_t);
  if (plan.kind == ObjectKind::Conservative)
    return words > most_words ? layout_decides
                              : enter(first_scan_mask + plan.class_index,
                                      ~uint64_t{0} >> (most_words - words), bytes);
  const TypeInfo *type = plan.type;
  if (plan.shared_types || !type || plan.form != ArrayForm::One || !type->has_masks() ||
      plan.run_index < first_type_run || plan.run_index == no_run)
    return layout_decides;
  uint64_t mask = type->exact_mask | type->tolerant_mask;
  return enter(first_scan_mask + size_class_count + plan.run_index - first_type_run, mask, bytes);
}

} // namespace tricolor::rt
