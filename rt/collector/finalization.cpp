//===- rt/collector/finalization.cpp - What is done with the dead -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/finalization.h"

#include "heap/ephemeron_table.h"
#include "heap/mark_bits.h"
#include "heap/specials.h"
#include "heap/weak_cell.h"
#include "mark/finalizer_queue.h"
#include "os/metadata.h"

#include <algorithm>
#include <string.h>

namespace tricolor::rt {

namespace {

// A growing array of plain values in metadata.
template <class T> class Growing {
public:
  Growing() = default;
  Growing(const Growing &) = delete;
  Growing &operator=(const Growing &) = delete;
  ~Growing() { metadata_free(items_, capacity_ * sizeof(T)); }

  void push(const T &item) {
    if (size_ == capacity_)
      grow();
    items_[size_++] = item;
  }
  T *begin() { return items_; }
  T *end() { return items_ + size_; }
  size_t size() const { return size_; }
  T &operator[](size_t index) { return items_[index]; }
  void shrink(size_t size) { size_ = size; }

private:
  void grow() {
    size_t capacity = std::max<size_t>(64, 2 * capacity_);
    T *items = metadata_new_array<T>(capacity);
    if (size_)
      memcpy(items, items_, size_ * sizeof(T));
    metadata_free(items_, capacity_ * sizeof(T));
    items_ = items;
    capacity_ = capacity;
  }

  T *items_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

using Words = Growing<uintptr_t>;

constinit FinalizationCounts g_last = {};

bool is_marked_word(uintptr_t word) {
  ObjectRef object = find_object(word);
  return object && is_marked(object);
}

void mark(const FurtherMarking &marking, MarkStart start, Words &words) {
  if (words.size())
    marking.mark(marking.context, start, words.begin(), words.size());
}

//===--- Ephemerons ---------------------------------------------------------------------------===//

struct PendingValue {
  uintptr_t key, value;
};

// The entries of marked tables whose values are objects that are not marked.
void list_pending(Growing<PendingValue> &pending) {
  for_each_ephemeron_table([&](const EphemeronTable &table) {
    if (!is_marked_word(table.handle))
      return;
    for (const EphemeronEntry *entry = table.first; entry; entry = entry->next_in_table) {
      ObjectRef value = find_object(entry->word);
      if (value && !is_marked(value))
        pending.push({entry->key, entry->word});
    }
  });
}

// Marks the values whose keys are marked, and drops them from the list; its order is turned round, so that a
// chain of entries takes few rounds in whichever order it was made.
uint64_t mark_round(const FurtherMarking &marking, Growing<PendingValue> &pending) {
  Words values;
  size_t kept = 0;
  for (const PendingValue &entry : pending) {
    if (is_marked_word(entry.key))
      values.push(entry.value);
    else
      pending[kept++] = entry;
  }
  pending.shrink(kept);
  std::reverse(pending.begin(), pending.end());
  mark(marking, MarkStart::Object, values);
  return values.size();
}

//===--- The dead -----------------------------------------------------------------------------===//

struct Dead {
  Span *span;
  uint32_t index;
  bool destroyed; // its destructor is queued
};

struct Finalization {
  const FurtherMarking &marking;
  Growing<Dead> dead;
  CallBatch *batch = new_batch();
  FinalizationCounts counts = {};
};

ObjectRef object_of(const Dead &dead) {
  return {dead.span, dead.index, dead.span->object_at(dead.index), dead.span->object_bytes};
}

bool has_destructor(const ObjectRef &object) {
  ObjectLayout layout = object_layout(object);
  return layout.kind == ObjectKind::Typed && layout.type && layout.type->destructor();
}

void find_dead(Finalization &work) {
  for (const SpanSpecials *specials = first_span_specials(); specials; specials = specials->next) {
    Span *span = specials->span;
    work.counts.bit_words += for_each_dead_special(
        *specials, [&](uint32_t index) { work.dead.push({span, index, false}); });
  }
  work.counts.dead = work.dead.size();
}

void clear_weak_references(Finalization &work) {
  for (const Dead &dead : work.dead) {
    Special *record = specials_take(object_of(dead), [](const Special *special) {
      return special->kind == SpecialKind::WeakTarget;
    });
    if (!record)
      continue;
    weak_clear(record->word);
    free_special(record);
    ++work.counts.weak;
  }
}

// Moves the object's records of that kind to the batch. Returns how many.
uint64_t queue_calls(Finalization &work, const ObjectRef &object, SpecialKind kind) {
  Special *taken =
      specials_take(object, [kind](const Special *special) { return special->kind == kind; });
  uint64_t count = 0;
  while (Special *special = taken) {
    taken = special->next;
    work.batch->add(special->function, special->word);
    free_special(special);
    ++count;
  }
  return count;
}

void queue_finalizers(Finalization &work) {
  Words retained;
  for (const Dead &dead : work.dead) {
    ObjectRef object = object_of(dead);
    if (uint64_t count = queue_calls(work, object, SpecialKind::Finalizer)) {
      work.counts.finalizers += count;
      retained.push(object.base);
    }
  }
  mark(work.marking, MarkStart::Object, retained);
  if (retained.size())
    mark_ephemerons(work.marking);
}

void queue_destructors(Finalization &work) {
  Words destroyed;
  for (Dead &dead : work.dead) {
    ObjectRef object = object_of(dead);
    if (is_marked(object) || !has_destructor(object))
      continue;
    dead.destroyed = true;
    destroyed.push(object.base);
  }
  if (!destroyed.size())
    return;
  mark(work.marking, MarkStart::Contents, destroyed);
  // Those that no other reaches are not marked now.
  for (bool reached : {false, true})
    for (uintptr_t base : destroyed) {
      ObjectRef object = find_object(base);
      if (is_marked(object) != reached)
        continue;
      set_destructor_queued(object);
      work.batch->add(0, base);
    }
  work.counts.destructors = destroyed.size();
  mark(work.marking, MarkStart::Object, destroyed);
  mark_ephemerons(work.marking);
}

void bury(Finalization &work) {
  for (const Dead &dead : work.dead) {
    ObjectRef object = object_of(dead);
    bool gone = !is_marked(object);
    if (gone || dead.destroyed)
      work.counts.cleanups += queue_calls(work, object, SpecialKind::Cleanup);
    if (gone)
      specials_drop(object);
  }
}

} // namespace

uint64_t mark_ephemerons(const FurtherMarking &marking) {
  uint64_t marked = 0;
  // Again from the beginning as long as something was marked: it may be a table, or reach one.
  for (uint64_t before = ~uint64_t{0}; before != marked;) {
    before = marked;
    Growing<PendingValue> pending;
    list_pending(pending);
    while (uint64_t round = mark_round(marking, pending))
      marked += round;
  }
  return marked;
}

FinalizationCounts finalize_dead(const FurtherMarking &marking) {
  Finalization work = {marking, {}};
  find_dead(work);
  clear_weak_references(work);
  queue_finalizers(work);
  queue_destructors(work);
  bury(work);
  forget_dropped_arguments();
  if (work.batch->calls)
    queue_batch(work.batch);
  else
    free_batch(work.batch);
  weak_open();
  g_last = work.counts;
  return work.counts;
}

const FinalizationCounts &last_finalization() { return g_last; }

} // namespace tricolor::rt
