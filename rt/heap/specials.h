//===- rt/heap/specials.h - What happens when an object dies ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A *special* is a record about one object that matters when the object dies: a finalizer, a
// cleanup, that weak references or ephemeron tables know it. Most objects have none, so nothing of
// it is in the object or in every span: a span gets a SpanSpecials when its first object gets a
// record, or at its birth if its objects may have destructors, which are known by type.
//
//   registered  a bit for each object with records, beside the mark bits: the dead among them are
//               `registered & allocated & ~marked`, word by word, however many are registered.
//   everything  objects of the span have destructors, or may have: `allocated & ~marked`.
//   queued      a bit for each object whose destructor the finalizer queue is to call: freeing the
//               object clears it, so the queue does not call a destructor that `delete` has called.
//
// A record belongs to the object from specials_add() until it is taken or the object is freed.
// Records are guarded by the lock of their span. The collector has dropped all records of an object
// before it lets the sweep free it, so sweeping knows nothing of them; free_object() drops them
// before it gives up the slot.
//
// Locks are taken in the order ephemerons (ephemeron_table.h), a span's specials, metadata. One
// span's lock at a time.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_SPECIALS_H
#define TRICOLOR_RT_HEAP_SPECIALS_H

#include "heap/find_object.h"
#include "os/lock.h"
#include <bit>

namespace tricolor::rt {

enum class SpecialKind : uint8_t {
  Finalizer,      // call function(word) once the object is unreachable; it lives again for that
  Cleanup,        // call function(word) once the object is gone
  WeakTarget,     // word is the object's weak cell (weak_cell.h)
  WeakCell,       // the object is a weak cell
  EphemeronKey,   // an EphemeronEntry
  EphemeronTable, // word is the EphemeronTable whose handle the object is
};

struct Special {
  Special *next; // of the same object, in the order they were added
  SpecialKind kind;
  uintptr_t function;
  uintptr_t word;
};

enum class SpecialObjects : uint8_t { Registered, Everything };

struct SpanSpecials {
  Relaxed<SpanSpecials *> next; // of all spans that have one
  SpanSpecials *previous;
  Span *span;
  SpecialObjects objects;
  Mutex lock;
  // Made by the first record; both or none.
  Relaxed<BitWord *> registered;
  Relaxed<Special **> records; // by object
  Relaxed<BitWord *> queued;   // made by the first destructor that is queued
};

/// The first span's (follow `next`). Spans must not end meanwhile: world stopped, or spans held.
SpanSpecials *first_span_specials();

/// Looks up or makes the SpanSpecials of a span in which the caller knows an object. Ends the
/// program when there is no memory.
SpanSpecials &specials_of(Span *span);
/// Gives a new span its SpanSpecials if objects of it may have destructors; from create_span().
void specials_span_begins(Span *span);
/// From destroy_span(): no object of the span has records any more.
void specials_span_ends(Span *span);

/// Adds a record that the caller has made. The object is reachable.
void specials_add(const ObjectRef &object, Special *special);
/// The same, unless f(Special *), called under the lock for the records that are there, is true for
/// one: returns that one, and the new record remains the caller's. Else null.
template <class F> Special *specials_add_unless(const ObjectRef &object, Special *special, F &&f);
Special *new_special(SpecialKind kind, uintptr_t function, uintptr_t word);
/// A cleanup; `argument` is a root while the record exists, if it points into the heap.
Special *new_cleanup(uintptr_t function, uintptr_t argument);
/// Frees a record that is in no list.
void free_special(Special *special);

/// Calls f(Special *) for the object's records under their lock until it returns true; returns that
/// record or null.
template <class F> Special *specials_find(const ObjectRef &object, F &&f) {
  SpanSpecials *specials = object.span->specials.load(std::memory_order_acquire);
  if (!specials)
    return nullptr;
  LockGuard guard(specials->lock);
  Special **records = specials->records;
  for (Special *special = records ? records[object.index] : nullptr; special;
       special = special->next)
    if (f(special))
      return special;
  return nullptr;
}

/// Takes the object's records for which f(Special *) is true, in their order. They are the
/// caller's.
template <class F> Special *specials_take(const ObjectRef &object, F &&f);

/// Drops all that the object has: weak references become null, entries of tables go, finalizers and
/// cleanups are forgotten, a queued destructor is not called. Whoever is about to free the object,
/// before its slot can be used again.
void specials_drop(const ObjectRef &object);

/// The bit of an object whose destructor is queued.
void set_destructor_queued(const ObjectRef &object);
bool is_destructor_queued(const ObjectRef &object);

/// Calls f(uint32_t index) for each object of the span that may have specials and is allocated and
/// not marked. Marking is at its end; caches are flushed, or what they hand out is marked. Returns
/// how many words of bits were looked at.
template <class F> uint32_t for_each_dead_special(const SpanSpecials &specials, F &&f) {
  const Span *span = specials.span;
  const BitWord *registered = specials.registered.get();
  bool everything = specials.objects == SpecialObjects::Everything;
  if (!everything && !registered)
    return 0;
  for (uint32_t w = 0; w < span->bit_words(); ++w) {
    uint64_t of_interest = everything ? ~uint64_t(0) : registered[w].load();
    uint64_t dead = of_interest & span->allocation_bits.get()[w].load(std::memory_order_acquire) &
                    ~span->mark_bits.get()[w].load(std::memory_order_acquire);
    for (; dead; dead &= dead - 1) {
      uint32_t index = w * 64 + static_cast<uint32_t>(std::countr_zero(dead));
      // A slot that a cache reserves while this looks at it: not yet an object, or marked by now.
      if (!span->in_unused_run(span->object_at(index)) &&
          !(span->mark_bits.get()[w].load(std::memory_order_acquire) >> (index % 64) & 1))
        f(index);
    }
  }
  return span->bit_words();
}

/// Arguments of cleanups that are roots: calls f(uintptr_t). Under the lock of the list.
using RootVisitor = void (*)(void *context, uintptr_t word);
void visit_cleanup_arguments(void *context, RootVisitor visit);
/// Forgets the arguments of cleanups that were dropped: they stay roots until marking is over, so
/// that nobody has to tell the markers. By the collector, when marking is over.
void forget_dropped_arguments();

//===--- Implementation -----------------------------------------------------------------------===//

namespace detail {
/// Adds the record at the end. Lock held.
void append(SpanSpecials &specials, uint32_t index, Special *special);
/// Clears the object's bit if it has no records left. Lock held.
void update_registered(SpanSpecials &specials, uint32_t index);
} // namespace detail

template <class F> Special *specials_add_unless(const ObjectRef &object, Special *special, F &&f) {
  SpanSpecials &specials = specials_of(object.span);
  LockGuard guard(specials.lock);
  Special **records = specials.records;
  for (Special *other = records ? records[object.index] : nullptr; other; other = other->next)
    if (f(other))
      return other;
  detail::append(specials, object.index, special);
  return nullptr;
}

template <class F> Special *specials_take(const ObjectRef &object, F &&f) {
  SpanSpecials *specials = object.span->specials.load(std::memory_order_acquire);
  if (!specials)
    return nullptr;
  LockGuard guard(specials->lock);
  Special **records = specials->records;
  if (!records)
    return nullptr;
  Special *taken = nullptr, **end = &taken;
  for (Special **at = &records[object.index]; *at;) {
    Special *special = *at;
    if (!f(special)) {
      at = &special->next;
      continue;
    }
    *at = special->next;
    special->next = nullptr;
    *end = special;
    end = &special->next;
  }
  detail::update_registered(*specials, object.index);
  return taken;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_SPECIALS_H
