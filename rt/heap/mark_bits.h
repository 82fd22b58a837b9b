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
// While mutators run, spans are held (span_hold.h), so the bits that an ObjectRef leads to stay where
// they are. The object may have been freed since it was found, and its slot be reserved or in use
// again: then the bit of a free slot is set, which means nothing, or that of an object that was born
// black (all mutators allocate black before anybody marks). Scanning such a slot reads words that
// somebody is writing, within the slot; any word may be asked about.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_MARK_BITS_H
#define TRICOLOR_RT_HEAP_MARK_BITS_H

#include "heap/find_object.h"

namespace tricolor::rt {

class ThreadCache;

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

/// Gives up a marking that nobody will finish: in the child of a fork, with one thread and `cache` its
/// own, all other caches given back. All marks are clear, `cache` is white and empty, spans may end.
/// What was emptied meanwhile ends by the next sweep. Not once the sweep has begun, which needs the
/// marks: the child then only gives its cache back, and goes on with the sweep (reclaim_forked()).
void abandon_marks(ThreadCache &cache);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_MARK_BITS_H
