//===- rt/mark/prefetch_queue.h - Words on their way to their objects ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What a word points to is four loads away, each from memory that is in no cache when the heap is large, and each
// but the last needs the one before: the page table's entry, the Span, its bits; and the object. So a marker
// does not look a word up when it meets it. It lets it enter a short queue, in which others that are further ahead
// take their next step:
//
//   enter    the page table's entry is asked for
//   find     kFindAfter words later: the entry is loaded, the Span asked for
//   locate   kLocateAfter words later: the Span is read, the bits and the object's first lines asked for
//   leave    the word is handed out, with its Span
//
// Words take the middle two in groups of kTogether. A prefetch from a page that is not in the TLB ends only when the page
// has been found, and a processor has room for some 200 instructions behind one that has not ended: as many as one object
// takes from "leave" to its words' "enter". Steps of single words between those would wait for one page after the other, a group's
// wait for theirs at the same time.
//
// A step that is due before its turn, because the queue runs empty, is done then. In order: first in, first out.
//
// The queue knows nothing of marks. The Span that it hands out is the one that the page table had at "find", or null; what has
// happened to it since is for the caller to ask, as for any stale Span (find_object_in()).
//
// A grey object (marked, to be scanned) that was in a workbuf for long passes the queue like other words; it is
// told apart by a tag. Words must lie in the heap's range, so that their highest bit is free for it.
//
// One thread's. Whoever counts what work is left counts a marker's queue with its buffer: it is empty when
// the marker publishes (marker.h).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_PREFETCH_QUEUE_H
#define TRICOLOR_RT_MARK_PREFETCH_QUEUE_H

#include "heap/find_object.h"

#include <cstdint>

namespace tricolor::rt {

class PrefetchQueue {
public:
  // Larger: more time for the loads, and more of them at once; smaller: fewer lines that are pushed out of the
  // first-level cache before they are used, and less that other markers cannot have.
  static constexpr uint32_t kCapacity = 64;
  // How many words enter between two steps, at least. Larger: a load that takes long has more time; smaller: the steps
  // behind have more.
  static constexpr uint32_t kFindAfter = 8, kLocateAfter = 8;
  // How many words take a step at once. Larger: more pages are looked for at the same time; smaller: the last of a group
  // have more of the queue before them.
  static constexpr uint32_t kTogether = 8;
  // A line of the processor's caches, and how many of an object's are asked for. More: objects of several lines are there
  // when they are scanned; fewer: less is loaded in vain.
  static constexpr uintptr_t kLine = 64, kObjectLines = 2;
  // How many words may have entered behind one before it is located.
  static constexpr uint32_t kLead = kFindAfter + kLocateAfter + 2 * kTogether;

  enum class Kind : uint8_t { Word, Grey };
  struct Candidate {
    uintptr_t word;
    Span *span; // null: not in any
    Kind kind;
  };

  uint32_t size() const { return entered_ - left_; }
  bool empty() const { return entered_ == left_; }
  bool full() const { return size() == kCapacity; }

  // Not when it is full. The page table contains the word.
  void enter(uintptr_t word, Kind kind) {
    __builtin_prefetch(&page_table.entry_of(word));
    ring_[entered_++ % kCapacity].word = kind == Kind::Grey ? word | kGreyTag : word;
    if (entered_ - found_ < kFindAfter + kTogether)
      return;
    for (uint32_t i = 0; i < kTogether; ++i)
      find();
    if (found_ - located_ < kLocateAfter + kTogether)
      return;
    for (uint32_t i = 0; i < kTogether; ++i)
      locate();
  }

  // The word that has waited longest. Not when it is empty.
  Candidate leave() {
    if (found_ == left_) [[unlikely]]
      find();
    if (located_ == left_)
      locate();
    Entry entry = ring_[left_++ % kCapacity];
    return {entry.word & ~kGreyTag, entry.span, entry.word & kGreyTag ? Kind::Grey : Kind::Word};
  }

private:
  static constexpr uintptr_t kGreyTag = uintptr_t{1} << 63;
  static_assert((kCapacity & (kCapacity - 1)) == 0 && kLead < kCapacity);

  struct Entry {
    uintptr_t word;
    Span *span;
  };

  void find() {
    Entry &entry = ring_[found_++ % kCapacity];
    entry.span = page_table.span_of(entry.word & ~kGreyTag);
    if (!entry.span)
      return;
    __builtin_prefetch(entry.span);
    __builtin_prefetch(reinterpret_cast<const char *>(entry.span) + kLine);
  }

  void locate() {
    const Entry &entry = ring_[located_++ % kCapacity];
    const Span *span = entry.span;
    if (!span)
      return;
    // Whatever the fields are, of this life or of another one: nothing is read through what comes of them.
    uintptr_t word = entry.word & ~kGreyTag;
    uint32_t index = span->index_of(word);
    __builtin_prefetch(span->allocation_bits.get() + index / 64);
    __builtin_prefetch(span->mark_bits.get() + index / 64);
    if (span->kind == ObjectKind::Noscan)
      return;
    if (span->descriptors.get())
      __builtin_prefetch(span->descriptors.get() + index);
    uintptr_t object = span->object_at(index), end = object + span->object_bytes;
    for (uintptr_t line = 0; line < kObjectLines && object + line * kLine < end; ++line)
      __builtin_prefetch(reinterpret_cast<const void *>(object + line * kLine));
  }

  // How many words have entered, have been found, located, handed out: left_ <= located_ <= found_ <= entered_,
  // modulo 2^32.
  uint32_t entered_ = 0, found_ = 0, located_ = 0, left_ = 0;
  Entry ring_[kCapacity];
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_PREFETCH_QUEUE_H
