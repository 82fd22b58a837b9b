//===- rt/api/inspection.cpp - Asking about objects -------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/export.h"
#include "heap/find_object.h"
#include "heap/layout.h"
#include "threads/mutator.h"

#include <tricolor/c.h>

#include <algorithm>
#include <string.h>

using namespace tricolor::rt;

namespace {

// The object at `address`. The thread is in state Runtime meanwhile, so the span does not vanish.
ObjectRef object_at(const void *address) {
  return find_object(reinterpret_cast<uintptr_t>(address));
}

void fill_mask(const ObjectRef &object, unsigned char *mask, size_t words) {
  ObjectLayout layout = object_layout(object);
  bool typed = layout.kind == ObjectKind::Typed;
  bool none = typed || layout.kind == ObjectKind::Noscan;
  memset(mask, none ? TRICOLOR_WORD_NO_POINTER : TRICOLOR_WORD_MAY_BE_POINTER, words);
  if (!typed)
    return;
  uintptr_t end = object.base + words * sizeof(uintptr_t);
  for_each_pointer_word_in(*layout.type, layout.form, object.base, object.size, object.base, end,
                           [&](uintptr_t *word, WordKind kind) {
                             size_t index = (reinterpret_cast<uintptr_t>(word) - object.base) /
                                            sizeof(uintptr_t);
                             mask[index] = kind == WordKind::Exact ? TRICOLOR_WORD_POINTER
                                                                   : TRICOLOR_WORD_MAY_BE_POINTER;
                           });
}

} // namespace

TRICOLOR_API int tricolor_is_collected(const void *address) {
  RuntimeScope scope(current_mutator());
  ObjectRef object = object_at(address);
  return object && object_layout(object).kind != ObjectKind::Traced;
}

TRICOLOR_API void *tricolor_object_base(const void *address) {
  RuntimeScope scope(current_mutator());
  return reinterpret_cast<void *>(object_at(address).base);
}

TRICOLOR_API size_t tricolor_object_size(const void *address) {
  RuntimeScope scope(current_mutator());
  return object_at(address).size;
}

TRICOLOR_API size_t tricolor_pointer_mask(const void *address, unsigned char *mask, size_t words) {
  RuntimeScope scope(current_mutator());
  ObjectRef object = object_at(address);
  size_t all = object.size / sizeof(uintptr_t);
  if (object && words)
    fill_mask(object, mask, std::min(words, all));
  return all;
}
