//===- rt/heap/inline_runs.cpp - The runs that compiled code takes slots from -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/inline_runs.h"
#include "heap/run_index.h"
#include "heap/span.h"

#include <cstddef>
#include <iterator>
#include <tricolor/abi.h>

namespace tricolor::rt {

namespace {

static_assert(offsetof(Run, cur) == offsetof(tricolor_run, next) &&
              offsetof(Run, end) == offsetof(tricolor_run, end) &&
              offsetof(Run, object_bytes) == offsetof(tricolor_run, object_bytes));

constexpr uint32_t offset_of(unsigned run_index) {
  return run_index * static_cast<uint32_t>(sizeof(Run));
}

// Run 0 would be of size class 0, which is no class.
static_assert(run_index_of(ObjectKind::Noscan, 0) == 0);

// What memory without a type is aligned to, in bytes: malloc's promise.
constexpr size_t kUntypedAlign = 16;

constexpr struct tricolor_noscan_runs make_noscan_runs() {
  struct tricolor_noscan_runs runs = {};
  for (size_t i = 1; i != std::size(runs.offsets); ++i)
    runs.offsets[i] =
        offset_of(run_index_of(ObjectKind::Noscan, size_class_for(16 * i, kUntypedAlign)));
  return runs;
}

} // namespace

uint32_t inline_run_offset(const TypeInfo &type) {
  if (uint16_t run = type.run(); run != no_run)
    return offset_of(run);
  if (!type.noscan())
    return 0; // each object has a descriptor word
  return offset_of(run_index_of(ObjectKind::Noscan, size_class_for(type.size, type.align)));
}

} // namespace tricolor::rt

extern "C" __attribute__((visibility("default")))
const struct tricolor_noscan_runs tricolor_noscan_runs = tricolor::rt::make_noscan_runs();
