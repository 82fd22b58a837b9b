//===- rt/mark/prefetch_queue.h - Words on their way to their objects ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What a word points to is four loads away, each from memory that is in no cache when the heap is large, and each
// but the last needs the one before: the page table's entry, the Span, its bits; and the object. So a marker
// does not look a word up when it meets it. It lets it enter a queue of three batches, and when the first one is full, each
// moves on by a step:
//
//   entered    words in the heap's range
//   found      the page table's entry has been loaded, and the Span asked for
//   located    the Span has been read, and the bits asked for
//   taken      handed out, in the order in which they entered: the caller marks the object, and asks for it
//
// A step is a loop over one batch, with nothing in it that waits for another word: so the loads of a batch overlap, and what one
// step has asked for arrives while objects are scanned for the next batch. A prefetch from a page that is not in the TLB ends
// only when the page has been found, and a processor has room for some hundred instructions behind one that has not ended. Steps of
// single words between which an object is scanned would wait for one page after the other.
//
// Spans are held (span_hold.h) or the world is stopped, so a Span that the page table has while a word is in the queue remains what it
// is until the word leaves: nothing is read twice, no version is asked for (find_object.h does, for everybody else). One
// marker's queue is empty at the end of its slice.
//
// The queue knows nothing of marks, and of objects only where they lie. Free slots are handed out too.
//
// One thread's. Whoever counts what work is left counts a marker's queue with its buffer: it is empty when
// the marker publishes (marker.h).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_PREFETCH_QUEUE_H
#define TRICOLOR_RT_MARK_PREFETCH_QUEUE_H

#include "heap/page_table.h"
#include "heap/span.h"
#include "mark/word_filter.h"

#include <cstdint>

namespace tricolor::rt {

class PrefetchQueue {
public:
  // A batch moves on when it has so many words. Larger: more loads at once, and more time for each; smaller: fewer lines that
  // are pushed out of the first-level cache before they are used, less that other markers cannot have, and less of the stack.
  static constexpr uint32_t kBatch = 32;
  // What may enter at once on top of that.
  static constexpr uint32_t kAtOnce = WordFilter::kWords;

  struct Located {
    Span *span;
    uint64_t index; // of a slot
  };

  bool empty() const { return entered_count_ + found_count_ + located_count_ == 0; }
  // Whether the queue is to move on before anything enters.
  bool full() const { return entered_count_ >= kBatch; }

  // Where kAtOnce words in the heap's range may be written, with room for a filter's slack behind them; entered() says
  // how many have been.
  uintptr_t *place() { return entered_ + entered_count_; }
  void entered(uint32_t count) { entered_count_ += count; }
  // One word.
  void enter(uintptr_t word) { entered_[entered_count_++] = word; }

  // Moves each batch on by a step, calls take(const Located &) for those that leave, and then taken(), where what take() has
  // found may be asked for. Neither may let words enter.
  template <class Take, class Taken>
  [[gnu::always_inline]] inline void move_on(Take &&take, Taken &&taken) {
    for (const Located *at = located_, *end = at + located_count_; at != end; ++at)
      take(*at);
    taken();
    locate();
    find();
  }

private:
  struct Found {
    uintptr_t word;
    Span *span;
  };
  static constexpr uint32_t kCapacity = kBatch + kAtOnce;

  [[gnu::always_inline]] void find() {
    uintptr_t base = page_table.base;
    const std::atomic<uintptr_t> *entries = page_table.entries;
    Found *found = found_;
    for (const uintptr_t *at = entered_, *end = at + entered_count_; at != end; ++at) {
      uintptr_t word = *at;
      uintptr_t entry = entries[(word - base) >> page_shift].load(std::memory_order_acquire);
      if (entry == 0 || (entry & PageTable::free_run_tag)) [[unlikely]]
        continue;
      auto *span = reinterpret_cast<Span *>(entry);
      __builtin_prefetch(span);
      *found++ = {word, span};
    }
    found_count_ = static_cast<uint32_t>(found - found_);
    entered_count_ = 0;
  }

  [[gnu::always_inline]] void locate() {
    Located *located = located_;
    for (const Found *at = found_, *end = at + found_count_; at != end; ++at) {
      auto [word, span] = *at;
      if (word >= span->limit.settled()) [[unlikely]]
        continue;
      uint64_t index = (word - span->base.settled()) * span->divide_magic.settled() >> 32;
      __builtin_prefetch(span->mark_bits.settled() + index / 64);
      *located++ = {span, index};
    }
    located_count_ = static_cast<uint32_t>(located - located_);
  }

  uint32_t entered_count_ = 0, found_count_ = 0, located_count_ = 0;
  uintptr_t entered_[kCapacity + WordFilter::kSlack];
  Found found_[kCapacity];
  Located located_[kCapacity];
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_PREFETCH_QUEUE_H
