//===- rt/heap/run_index.h - The kinds of spans that small objects live in ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Objects that share a span share everything that the span knows: size class and kind, for the
// types that are worth it (type_info.h) also the type. Each such combination has an index: of its central
// list, and of the run that every thread cache keeps.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_RUN_INDEX_H
#define TRICOLOR_RT_HEAP_RUN_INDEX_H

#include "heap/geometry.h"
#include "heap/object_kind.h"
#include "heap/type_info.h"

namespace tricolor::rt {

/// Noscan, Conservative, Traced and Typed (the one with a descriptor word per object), each by size
/// class; then the types.
inline constexpr unsigned first_type_run = 4 * size_class_count;
inline constexpr unsigned run_index_count = first_type_run + own_span_types;
inline constexpr uint16_t no_run = 0xffff;

constexpr unsigned run_index_of(ObjectKind kind, unsigned size_class) {
  return static_cast<unsigned>(kind) * size_class_count + size_class;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_RUN_INDEX_H
