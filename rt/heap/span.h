//===- rt/heap/span.h - A run of pages with objects of one size ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A Span describes pages that hold objects of one size, or one large object. Objects have no
// header; all about them is here: allocation, mark and checkmark bits, and for shared typed spans a
// descriptor word each.
//
// Spans are type-stable: the memory of a Span is never used for anything else, only for another
// life as a Span. So lock-free readers (find_object) may hold a stale one. `version` is odd while
// the identity (pages, size, bits) changes, and readers that see it odd or changed start again or
// give up.
//
// The allocation bit of a slot is set iff an object is there or the slot belongs to a run that a
// thread cache has reserved and not yet handed out; `run` tells the two apart. Only the owner of
// the span (the cache that holds it) sets allocation bits; anybody clears them (free_object, and
// the one sweeper of the span).
//
// place (protected by the central list's lock, read without it by free_object):
//
//     Cached <-> Partial | Full     caches take and give back;  Full -> Partial by the first free
//     Cached -> Unswept             given back, and a sweep has begun meanwhile
//     Partial | Full | Unswept -> Sweeping -> Partial | Full | Cached | (pages given back)
//     Large -> Sweeping -> Large | (pages given back)
//
// A span in a list is unswept iff its generation is older than its list's (central_list.h): that a
// sweep begins changes no span. A Partial or Large span without an object is one that was emptied
// while spans were held (span_hold.h).
//
// Mark bits of free slots mean nothing: a slot's bit is decided when a cache reserves it (colour.h).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_SPAN_H
#define TRICOLOR_RT_HEAP_SPAN_H

#include "heap/colour.h"
#include "heap/geometry.h"
#include "heap/object_kind.h"
#include "os/relaxed.h"
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Span;
struct SpanSpecials;

enum class SpanPlace : uint8_t { Nowhere, Cached, Partial, Full, Unswept, Sweeping, Large };

/// Whether a span there is in a central list.
constexpr bool is_listed(SpanPlace place) {
  return place == SpanPlace::Partial || place == SpanPlace::Full || place == SpanPlace::Unswept;
}

/// A free run in the hands of a thread cache: zeroed slots [cur, end), reserved in the span's
/// allocation bits. Written by the cache's owner only, `cur` also by its compiled code: begins like
/// struct tricolor_run.
struct Run {
  Relaxed<uintptr_t> cur;
  Relaxed<uintptr_t> end;
  uint16_t object_bytes;
  uint16_t shared_types; // not 0: each object needs a descriptor word
  uint32_t scan;         // the first slot of the span not yet looked at
  Span *span;
};

using BitWord = std::atomic<uint64_t>;

class alignas(64) Span {
public:
  // The first line of the processor's cache: what it takes to find an object and its bits. Identity, but for `run`
  // and `place`: changed only while version is odd.
  std::atomic<uint32_t> version;
  Relaxed<uint32_t> divide_magic; // see SizeClass; 0 for large ones: everything is object 0
  Relaxed<uintptr_t> base;        // of the first page
  Relaxed<uintptr_t> limit;       // end of the last object
  Relaxed<size_t> object_bytes;   // of an object
  Relaxed<BitWord *> allocation_bits;
  Relaxed<BitWord *> mark_bits;
  Relaxed<Run *> run;      // the owner's
  Relaxed<uint32_t> count; // objects that fit
  Relaxed<ObjectKind> kind;
  Relaxed<uint8_t> scan_mask;   // see scan_mask.h
  Relaxed<uint8_t> class_index; // 0: large
  std::atomic<SpanPlace> place;

  // The second: more of the identity.
  Relaxed<const TypeInfo *> type;               // of all objects, or null
  Relaxed<std::atomic<uint32_t> *> descriptors; // shared typed spans: type index << 2 | form
  Relaxed<BitWord *> checkmark_bits;            // null but during a checkmark
  Relaxed<uint32_t> pages;
  Relaxed<uint16_t> run_index; // of the central list; no_run: large
  Relaxed<ArrayForm> form;     // of the large object

  // State.
  Relaxed<bool> needs_zero;             // free slots are not known to be zero
  std::atomic<uint32_t> generation;     // heap_sweep_generation(): swept; less: not yet
  std::atomic<uint32_t> allocated;      // allocation bits that are set
  std::atomic<SpanSpecials *> specials; // null but for spans with some, see specials.h
  Span *previous, *next; // in a list of the central list, under its lock; dead spans: free list

  bool in_use() const { return place.load(std::memory_order_acquire) != SpanPlace::Nowhere; }
  bool is_large() const { return class_index == 0; }
  size_t bytes() const { return pages * page_bytes; }
  uint32_t bit_words() const { return (count + 63) / 64; }

  uint32_t index_of(uintptr_t address) const {
    return static_cast<uint32_t>((address - base) * divide_magic >> 32);
  }
  uintptr_t object_at(uint32_t index) const { return base + index * object_bytes; }

  /// Whether the slot at `address` is reserved by a cache that has not handed it out yet.
  bool in_unused_run(uintptr_t address) const {
    // The owner may go on to another run, of this span or of another one, between the loads. Every
    // change of run changes `end` before the new `cur` can be seen, so a `cur` between two equal `end`s
    // belongs to them. (A `cur` of the old run with an `end` of the new one would take the objects
    // between the two for unused.) The owner may also end, and its memory become something else: if
    // the span still has the same run after the loads, they were of a cache that lived.
    for (;;) {
      const Run *r = run;
      if (!r)
        return false;
      uintptr_t end = r->end.get_perhaps_stale();
      std::atomic_signal_fence(std::memory_order_seq_cst); // x86-64 keeps loads in order by itself
      uintptr_t cur = r->cur.get_perhaps_stale();
      std::atomic_signal_fence(std::memory_order_seq_cst);
      bool same_end = end == r->end.get_perhaps_stale();
      std::atomic_signal_fence(std::memory_order_seq_cst);
      if (same_end && run.get() == r) [[likely]]
        return address >= cur && address < end;
    }
  }
  /// Whether slot `index` holds an object.
  bool is_allocated(uint32_t index) const {
    return (allocation_bits.get()[index / 64].load(std::memory_order_acquire) >> (index % 64) &
            1) &&
           !in_unused_run(object_at(index));
  }
};

// Where a large heap is marked, most of what is read beside objects are Spans: one line each, for most objects.
static_assert(sizeof(Span) == 128 && offsetof(Span, type) == 64);

/// All Spans ever made, by number: also dead ones (see Span::in_use). The count only grows.
/// Async-signal-safe.
uint32_t span_count();
Span *span_at(uint32_t index);

/// Calls f(uint32_t index, uintptr_t object) for every allocated object of the span.
///
/// With spans held (span_hold.h) also while mutators allocate, free, and make spans: for all spans
/// with numbers below a span_count() taken before. One that is in_use() then remains so and has its
/// identity for good; one that comes to life meanwhile is either seen with all of it or not at all.
/// An object that exists during the whole call is seen. One that is freed meanwhile may be: f gets a
/// slot that is free, or again in use, and whose words are readable but may be anything. (So it may
/// get a slot that a cache reserved and gave back without having handed it out.)
///
/// Without spans held: world stopped, or the caller owns the span.
template <class F> void for_each_allocated(Span *span, F &&f) {
  BitWord *bits = span->allocation_bits;
  for (uint32_t w = 0; w < span->bit_words(); ++w)
    for (uint64_t rest = bits[w].load(std::memory_order_acquire); rest; rest &= rest - 1) {
      uint32_t index = w * 64 + static_cast<uint32_t>(std::countr_zero(rest));
      uintptr_t object = span->object_at(index);
      if (!span->in_unused_run(object))
        f(index, object);
    }
}

/// What create_span() makes of pages.
struct SpanPlan {
  uintptr_t base;
  uint32_t pages;
  unsigned class_index; // 0: one large object of large_bytes bytes
  size_t large_bytes;
  ObjectKind kind;
  const TypeInfo *type;
  ArrayForm form;
  Colour colour; // of the large object; small ones are coloured by their cache
  uint16_t run_index;
  SpanPlace place;
  bool shared_types; // a descriptor word per object
  bool needs_zero;
};
/// Gives the pages a Span and enters it in the page table; null when there is no memory for it. The
/// span is of the sweep generation at a moment during the call. A large object is marked before
/// anybody can find it if its colour is black in that generation. Any thread.
Span *create_span(const SpanPlan &plan);
/// Takes the Span out of the page table and lets it die; the pages remain the caller's. The span
/// must be in no list.
void destroy_span(Span *span);

/// Reserves the table of all spans, for a heap of so many pages. From heap_initialize().
bool spans_initialize(size_t pages);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_SPAN_H
