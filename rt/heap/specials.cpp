//===- rt/heap/specials.cpp - What happens when an object dies --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/specials.h"
#include "heap/ephemeron_table.h"
#include "heap/weak_cell.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include <new>

namespace tricolor::rt {

/// A cleanup; `root` is its argument if that points into the heap, else 0.
struct RootedCleanup : Special {
  RootedCleanup *next_root, *previous_root;
  uintptr_t root;
};

namespace {

struct AllSpans {
  Mutex lock;
  Relaxed<SpanSpecials *> first;
};
constinit AllSpans all = {};

struct RootedArguments {
  Mutex lock;
  RootedCleanup *first = nullptr;
  RootedCleanup *dropped = nullptr; // linked by next_root; still roots
};
constinit RootedArguments rooted;

SpanSpecials *make(Span *span, SpecialObjects objects) {
  auto *specials = new (metadata_allocate(sizeof(SpanSpecials))) SpanSpecials{};
  specials->span = span;
  specials->objects = objects;
  return specials;
}

void enter(SpanSpecials *specials) {
  LockGuard guard(all.lock);
  SpanSpecials *first = all.first;
  specials->previous = nullptr;
  specials->next = first;
  if (first)
    first->previous = specials;
  std::atomic_thread_fence(std::memory_order_release);
  all.first = specials;
}

void make_records(SpanSpecials &specials) {
  if (specials.records.get())
    return;
  const Span *span = specials.span;
  specials.records = metadata_new_array<Special *>(span->count);
  auto *bits = metadata_new_array<BitWord>(span->bit_words());
  std::atomic_thread_fence(std::memory_order_release);
  specials.registered = bits;
}

bool is_rooted(const Special *special) {
  return special->kind == SpecialKind::Cleanup &&
         static_cast<const RootedCleanup *>(special)->root != 0;
}

} // namespace

SpanSpecials *first_span_specials() {
  SpanSpecials *first = all.first;
  std::atomic_thread_fence(std::memory_order_acquire);
  return first;
}

SpanSpecials &specials_of(Span *span) {
  SpanSpecials *specials = span->specials.load(std::memory_order_acquire);
  if (specials)
    return *specials;
  SpanSpecials *mine = make(span, SpecialObjects::Registered);
  if (span->specials.compare_exchange_strong(specials, mine, std::memory_order_acq_rel)) {
    enter(mine);
    return *mine;
  }
  metadata_free(mine, sizeof(SpanSpecials));
  return *specials;
}

void specials_span_begins(Span *span) {
  span->specials.store(nullptr, std::memory_order_relaxed);
  const TypeInfo *type = span->type;
  if (!span->descriptors.get() && !(type && type->destructor()))
    return;
  SpanSpecials *specials = make(span, SpecialObjects::Everything);
  span->specials.store(specials, std::memory_order_release);
  enter(specials);
}

void specials_span_ends(Span *span) {
  SpanSpecials *specials = span->specials.exchange(nullptr, std::memory_order_acq_rel);
  if (!specials)
    return;
  {
    LockGuard guard(all.lock);
    SpanSpecials *next = specials->next;
    if (specials->previous)
      specials->previous->next = next;
    else
      all.first = next;
    if (next)
      next->previous = specials->previous;
  }
  BitWord *registered = specials->registered;
  for (uint32_t w = 0; registered && w < span->bit_words(); ++w)
    TRICOLOR_CHECK(registered[w].load() == 0 && "a span with specials ended");
  metadata_free(registered, span->bit_words() * sizeof(BitWord));
  metadata_free(specials->records.get(), span->count * sizeof(Special *));
  metadata_free(specials->queued.get(), span->bit_words() * sizeof(BitWord));
  metadata_free(specials, sizeof(SpanSpecials));
}

void specials_add(const ObjectRef &object, Special *special) {
  specials_add_unless(object, special, [](const Special *) { return false; });
}

void detail::append(SpanSpecials &specials, uint32_t index, Special *special) {
  make_records(specials);
  Special **at = &specials.records.get()[index];
  while (*at)
    at = &(*at)->next;
  special->next = nullptr;
  *at = special;
  specials.registered.get()[index / 64].fetch_or(uint64_t(1) << (index % 64));
}

void detail::update_registered(SpanSpecials &specials, uint32_t index) {
  if (!specials.records.get()[index])
    specials.registered.get()[index / 64].fetch_and(~(uint64_t(1) << (index % 64)));
}

Special *new_special(SpecialKind kind, uintptr_t function, uintptr_t word) {
  auto *special = static_cast<Special *>(metadata_allocate(sizeof(Special)));
  *special = {nullptr, kind, function, word};
  return special;
}

Special *new_cleanup(uintptr_t function, uintptr_t argument) {
  auto *cleanup = static_cast<RootedCleanup *>(metadata_allocate(sizeof(RootedCleanup)));
  static_cast<Special &>(*cleanup) = {nullptr, SpecialKind::Cleanup, function, argument};
  cleanup->root = find_object(argument) ? argument : 0;
  if (!cleanup->root)
    return cleanup;
  LockGuard guard(rooted.lock);
  cleanup->previous_root = nullptr;
  cleanup->next_root = rooted.first;
  if (rooted.first)
    rooted.first->previous_root = cleanup;
  rooted.first = cleanup;
  return cleanup;
}

void free_special(Special *special) {
  if (is_rooted(special)) {
    auto *cleanup = static_cast<RootedCleanup *>(special);
    LockGuard guard(rooted.lock);
    (cleanup->previous_root ? cleanup->previous_root->next_root : rooted.first) =
        cleanup->next_root;
    if (cleanup->next_root)
      cleanup->next_root->previous_root = cleanup->previous_root;
    cleanup->next_root = rooted.dropped;
    rooted.dropped = cleanup;
    return;
  }
  switch (special->kind) {
  case SpecialKind::Cleanup:
    return metadata_free(special, sizeof(RootedCleanup));
  case SpecialKind::EphemeronKey:
    return metadata_free(special, sizeof(EphemeronEntry));
  default:
    return metadata_free(special, sizeof(Special));
  }
}

void visit_cleanup_arguments(void *context, RootVisitor visit) {
  LockGuard guard(rooted.lock);
  for (const RootedCleanup *list : {rooted.first, rooted.dropped})
    for (const RootedCleanup *cleanup = list; cleanup; cleanup = cleanup->next_root)
      visit(context, cleanup->root);
}

void forget_dropped_arguments() {
  LockGuard guard(rooted.lock);
  while (RootedCleanup *cleanup = rooted.dropped) {
    rooted.dropped = cleanup->next_root;
    metadata_free(cleanup, sizeof(RootedCleanup));
  }
}

void specials_drop(const ObjectRef &object) {
  SpanSpecials *specials = object.span->specials.load(std::memory_order_acquire);
  if (!specials)
    return;
  uint64_t bit = uint64_t(1) << (object.index % 64);
  if (BitWord *queued = specials->queued)
    queued[object.index / 64].fetch_and(~bit);
  BitWord *registered = specials->registered;
  if (!registered || !(registered[object.index / 64].load() & bit))
    return;
  Special *taken = specials_take(object, [](const Special *) { return true; });
  while (Special *special = taken) {
    taken = special->next;
    switch (special->kind) {
    case SpecialKind::WeakTarget:
      weak_clear(special->word);
      break;
    case SpecialKind::WeakCell:
      weak_cell_dies(object.base);
      break;
    case SpecialKind::EphemeronKey:
      ephemeron_key_dies(static_cast<EphemeronEntry *>(special));
      break;
    case SpecialKind::EphemeronTable:
      ephemeron_table_dies(reinterpret_cast<EphemeronTable *>(special->word));
      break;
    case SpecialKind::Finalizer:
    case SpecialKind::Cleanup:
      break;
    }
    free_special(special);
  }
}

void set_destructor_queued(const ObjectRef &object) {
  SpanSpecials &specials = specials_of(object.span);
  LockGuard guard(specials.lock);
  if (!specials.queued.get())
    specials.queued = metadata_new_array<BitWord>(object.span->bit_words());
  specials.queued.get()[object.index / 64].fetch_or(uint64_t(1) << (object.index % 64));
}

bool is_destructor_queued(const ObjectRef &object) {
  SpanSpecials *specials = object.span->specials.load(std::memory_order_acquire);
  BitWord *queued = specials ? specials->queued.get() : nullptr;
  return queued && queued[object.index / 64].load() >> (object.index % 64) & 1;
}

} // namespace tricolor::rt
