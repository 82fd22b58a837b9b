//===- rt/heap/mark_bits.h - Mark and checkmark bits --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Mark bits are clear when marking starts (the sweep before it clears them, also those of traced
// objects, which it does not free). Setting is atomic: of several markers that find an object,
// exactly one is told that it was the first.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_MARK_BITS_H
#define TRICOLOR_RT_HEAP_MARK_BITS_H

#include "heap/find_object.h"

namespace tricolor::rt {

namespace detail {
inline bool set_bit(BitWord *bits, uint32_t index) {
  uint64_t mask = uint64_t(1) << (index % 64);
  BitWord &word = bits[index / 64];
  if (word.load(std::memory_order_relaxed) & mask) // most often it is: no need to own the line
    return false;
  return !(word.fetch_or(mask, std::memory_order_acq_rel) & mask);
}
} // namespace detail

/// Marks the object; true if it was not marked before. Any thread, lock-free.
inline bool mark_object(const ObjectRef &object) {
  return detail::set_bit(object.span->mark_bits, object.index);
}
inline bool is_marked(const ObjectRef &object) {
  return object.span->mark_bits.get()[object.index / 64].load(std::memory_order_acquire) >>
             (object.index % 64) &
         1;
}

/// Gives every span a second, clear set of mark bits. World stopped, sweeping finished.
void checkmark_begin();
/// Takes them away again.
void checkmark_end();
/// Sets the object's checkmark; true if it was clear. Between the two only.
inline bool checkmark_object(const ObjectRef &object) {
  return detail::set_bit(object.span->checkmark_bits, object.index);
}
inline bool is_checkmarked(const ObjectRef &object) {
  return object.span->checkmark_bits.get()[object.index / 64].load(std::memory_order_acquire) >>
             (object.index % 64) &
         1;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_MARK_BITS_H
