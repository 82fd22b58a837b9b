//===- rt/heap/object_kind.h - What an object may hold ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_OBJECT_KIND_H
#define TRICOLOR_RT_HEAP_OBJECT_KIND_H

#include <cstdint>

namespace tricolor::rt {

struct TypeInfo;

enum class ObjectKind : uint8_t {
  Noscan,       // holds no pointers
  Conservative, // every word may be a pointer
  Traced,       // the same, and a root until it is freed: marks do not decide over it
  Typed,        // a TypeInfo says where the pointers are
};

enum class ArrayForm : uint8_t {
  One,         // one T at the start
  Array,       // as many whole T as fit, from the start
  CookieArray, // the same behind an array cookie of max(8, alignof(T)) bytes
};

/// How to find an object's pointers. A Noscan object may have a type, too (for reports).
struct ObjectLayout {
  ObjectKind kind;
  const TypeInfo *type; // null unless known
  ArrayForm form;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_OBJECT_KIND_H
