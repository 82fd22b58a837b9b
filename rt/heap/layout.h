//===- rt/heap/layout.h - Where an object holds pointers ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The one place that knows how a type, an array form and a size together give the words to scan.
// Words past the last whole element were never written (memory is handed out zeroed) and are not
// visited.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_LAYOUT_H
#define TRICOLOR_RT_HEAP_LAYOUT_H

#include "heap/layout_program.h"
#include "heap/object_kind.h"
#include "heap/type_info.h"

namespace tricolor::rt {

/// Where the first element lies.
inline size_t first_element_offset(const TypeInfo &type, ArrayForm form) {
  if (form != ArrayForm::CookieArray)
    return 0;
  return type.align > 8 ? type.align : 8; // the Itanium C++ ABI's array cookie
}

/// Calls f(uintptr_t *word, WordKind) for each word of the one T at `element` that may hold a
/// pointer.
template <class F>
void for_each_pointer_word_of_one(const TypeInfo &type, uintptr_t element, F &&f) {
  auto *words = reinterpret_cast<uintptr_t *>(element);
  if (type.has_masks()) {
    for (uint64_t rest = type.exact_mask | type.tolerant_mask; rest; rest &= rest - 1) {
      unsigned bit = static_cast<unsigned>(std::countr_zero(rest));
      f(words + bit, type.exact_mask >> bit & 1 ? WordKind::Exact : WordKind::Tolerant);
    }
    return;
  }
  run_layout_program(type.program, type.program_words, words, words, words + type.size / 8, f);
}

/// The same for words in [from, to) only. The cost is that of the part and of the type's program.
template <class F>
void for_each_pointer_word_of_part(const TypeInfo &type, uintptr_t element, uintptr_t from,
                                   uintptr_t to, F &&f) {
  if (from <= element && element + type.size <= to)
    return for_each_pointer_word_of_one(type, element, f);
  if (type.has_masks())
    return for_each_pointer_word_of_one(type, element, [&](uintptr_t *word, WordKind kind) {
      auto address = reinterpret_cast<uintptr_t>(word);
      if (address >= from && address < to)
        f(word, kind);
    });
  auto align_up = [](uintptr_t address) { return (address + 7) & ~uintptr_t{7}; };
  auto *words = reinterpret_cast<uintptr_t *>(element);
  uintptr_t end = element + type.size / 8 * 8;
  if (align_up(to) < end)
    end = align_up(to);
  run_layout_program(type.program, type.program_words, words,
                     reinterpret_cast<uintptr_t *>(align_up(from)),
                     reinterpret_cast<uintptr_t *>(end), f);
}

/// Calls f(uintptr_t *word, WordKind) for every word of an object of `bytes` bytes at `base` that
/// may hold a pointer, restricted to words in [from, to): oblets scan a part. The cost is that of
/// the part, not of the object (and at each end that of one element's program).
template <class F>
void for_each_pointer_word_in(const TypeInfo &type, ArrayForm form, uintptr_t base, size_t bytes,
                              uintptr_t from, uintptr_t to, F &&f) {
  if (type.program_words == 0)
    return;
  if (to > base + bytes)
    to = base + bytes;
  if (form == ArrayForm::One) {
    if (bytes < type.size)
      return;
    for_each_pointer_word_of_part(type, base, from, to, f);
    return;
  }
  size_t start = first_element_offset(type, form);
  if (type.size % 8 != 0) {
    // Elements are not aligned to words (packed types): any word may hold a pointer.
    uintptr_t address = (base + start) & ~uintptr_t(7);
    if (from > address)
      address = (from + 7) & ~uintptr_t(7);
    for (; address + 8 <= to; address += 8)
      f(reinterpret_cast<uintptr_t *>(address), WordKind::Tolerant);
    return;
  }
  if (bytes < start)
    return;
  uint64_t elements = (bytes - start) / type.size;
  uintptr_t element = base + start;
  uintptr_t end = element + elements * type.size;
  if (from > element)
    element += (from - element) / type.size * type.size;
  if (to < end)
    end = to;
  for (; element < end; element += type.size)
    for_each_pointer_word_of_part(type, element, from, end, f);
}

/// The same for the whole object.
template <class F>
void for_each_pointer_word(const TypeInfo &type, ArrayForm form, uintptr_t base, size_t bytes,
                           F &&f) {
  for_each_pointer_word_in(type, form, base, bytes, base, base + bytes, f);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_LAYOUT_H
