//===- rt/heap/central_list.h - The spans of one kind, shared by all threads --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One CentralList per run index: spans with free slots (partial), without (full), and those that
// are not swept yet. A span that a cache owns is in none of them. Locks are taken in the order
// central list, page heap, metadata.
//
// A sweep begins by the heap's generation alone, and mutators run on meanwhile. So each list has a
// generation of its own, and whoever locks the list first brings it up to the heap's: all spans of
// partial and full are unswept then, which is one splice and touches no span. While the lock is held:
//
//   1. Spans in partial and full are of the list's generation, those in unswept are older.
//   2. A span that is put away (settle) is never newer than the list: its generation was the heap's
//      before the list's was read. If it is older it goes to unswept: the cache that had it is late.
//   3. So what take() hands out is of the list's generation. Who knows of a new generation before
//      he locks the list finds the list in it, and is given no unswept span.
//
// Without 2 a span that a cache gives back late would be in partial with its mark bits set, not
// listed as unswept; the sweep would pass it by, the next marking would find its objects marked, and
// not scan them.
//
// A full span gets a free slot, the race: the freeing thread clears a bit and then looks at
// `place`; the thread that puts the span away writes `place` and then looks at the bits (both
// sequentially consistent). One of them sees the other; if both do, the lock decides. Were either
// order reversed, the span would stay in `full` with free slots, unused until the next sweep. For
// unswept spans nobody needs to see anything: the sweep counts again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_CENTRAL_LIST_H
#define TRICOLOR_RT_HEAP_CENTRAL_LIST_H

#include "heap/reclaim.h"
#include "heap/run_index.h"
#include "heap/span.h"
#include "os/lock.h"

namespace tricolor::rt {

/// Doubly linked through Span::previous and next.
class SpanList {
public:
  Span *first() const { return first_; }
  bool empty() const { return first_ == nullptr; }
  void push_front(Span *span);
  void remove(Span *span);
  /// Moves all of `other` to the end of this list.
  void splice(SpanList &other);

private:
  Span *first_ = nullptr;
  Span *last_ = nullptr;
};

class CentralList {
public:
  /// A span with at least one free slot, swept, owned by the caller (place Cached). Null when
  /// memory is exhausted.
  Span *take();
  /// Gives back an owned span, swept or not.
  void give_back(Span *span);
  /// After a slot of the span was freed and its `place` was Full or, with no object left, Partial:
  /// puts it where it belongs. The caller owns nothing; the span may meanwhile be something else,
  /// which is noticed.
  void slot_freed(Span *span);
  /// Claims the span for sweeping if it is still unswept.
  bool claim(Span *span);
  /// Puts a span away that the caller has claimed and swept.
  void swept(Span *span);
  /// A span that was in the caller's hands is about to end.
  void span_ends(const Span *span) { pages_.fetch_sub(span->pages, std::memory_order_relaxed); }

  /// For heap_verify(): the lists, after the generation is the heap's. World stopped.
  void meet_generation() {
    LockGuard guard(mutex_);
    catch_up();
  }
  const SpanList &partial() const { return partial_; }
  const SpanList &full() const { return full_; }
  const SpanList &unswept() const { return unswept_; }

private:
  enum class Settled : uint8_t { Kept, Empty };
  /// Lock held. Empty: the span is in no list and the caller's, to free after unlocking.
  [[nodiscard]] Settled settle(Span *span);
  Span *take_partial();
  Span *take_unswept();
  /// Takes an unswept span into the caller's hands. Lock held.
  void begin_sweep(Span *span);
  bool owns(const Span *span) const;
  /// Brings the list into the heap's generation. Lock held; first thing under each.
  void catch_up();
  bool is_unswept(const Span *span) const;

  size_t next_span_pages(size_t least) const;

  Mutex mutex_;
  uint32_t generation_ = 0;
  std::atomic<size_t> pages_{0}; // of all its spans
  SpanList partial_, full_, unswept_;
};

CentralList &central_list(unsigned run_index);

/// What spans of a run index are like.
struct RunShape {
  ObjectKind kind;
  unsigned class_index;
  const TypeInfo *type; // null: none, or one per object
  bool shared_types;
};
RunShape run_shape(unsigned run_index);
/// Tells the lists of own_span_types about a type; from intern_type().
void set_run_type(unsigned run_index, const TypeInfo *type, unsigned class_index);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_CENTRAL_LIST_H
