//===- rt/mark/root_chain.cpp - How an object is reached from a root ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/root_chain.h"

#include "heap/layout.h"
#include "heap/specials.h"
#include "mark/external_roots.h"
#include "mark/finalizer_queue.h"
#include "mark/racing_word.h"
#include "os/metadata.h"
#include "stack/frame_walk.h"
#include "stack/modules.h"
#include "threads/registry.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

// How an object was reached: from a word of another one, or as a root.
struct Arrival {
  enum class By : uint8_t { Nothing, Object, Root };
  uintptr_t place; // Object: the word's address; Root: as in Root
  pid_t thread;
  By by;
  RootKind kind;
  RootCertainty certainty;
};

// The numbers of all slots there were when the search began: spans one after the other.
class SlotNumbers {
public:
  SlotNumbers() : spans_(span_count()), first_(metadata_new_array<uint64_t>(spans_ + size_t{1})) {
    for (uint32_t i = 0; i < spans_; ++i) {
      const Span *span = span_at(i);
      first_[i + 1] = first_[i] + (span->in_use() ? span->count.get() : 0);
    }
  }
  ~SlotNumbers() { metadata_free(first_, (spans_ + size_t{1}) * sizeof(uint64_t)); }
  SlotNumbers(const SlotNumbers &) = delete;
  SlotNumbers &operator=(const SlotNumbers &) = delete;

  static constexpr uint64_t kNone = UINT64_MAX;
  size_t count() const { return first_[spans_]; }
  // None for an object in a span that came later.
  uint64_t of(const ObjectRef &object) const {
    auto span = static_cast<uint64_t>(object.span - span_at(0));
    if (span >= spans_ || object.index >= first_[span + 1] - first_[span])
      return kNone;
    return first_[span] + object.index;
  }

private:
  uint32_t spans_;
  uint64_t *first_;
};

// False if the span ends meanwhile.
bool read_layout(const ObjectRef &object, ObjectLayout *layout) {
  uint32_t version = object.span->version.load(std::memory_order_acquire);
  if (version & 1)
    return false;
  *layout = object_layout(object);
  std::atomic_signal_fence(std::memory_order_seq_cst); // x86-64 keeps loads in order by itself
  return object.span->version.load(std::memory_order_acquire) == version;
}

class Search {
public:
  explicit Search(uintptr_t target) : target_(target) {
    size_t count = std::max<size_t>(numbers_.count(), 1);
    arrivals_ = metadata_new_array<Arrival>(count);
    queue_ = metadata_new_array<uintptr_t>(count);
  }
  ~Search() {
    size_t count = std::max<size_t>(numbers_.count(), 1);
    metadata_free(arrivals_, count * sizeof(Arrival));
    metadata_free(queue_, count * sizeof(uintptr_t));
  }
  Search(const Search &) = delete;
  Search &operator=(const Search &) = delete;

  bool found() const { return found_; }

  void visit_root(uintptr_t word, const Root &root) {
    visit(word, {root.place, root.thread, Arrival::By::Root, root.kind, root.certainty});
  }

  // Follows everything that has been reached.
  void follow() {
    while (!found_ && done_ < queued_)
      if (ObjectRef object = find_object(queue_[done_++]))
        scan(object);
  }

  RootChain chain() const {
    RootChain chain;
    if (!found_)
      return chain;
    for (uintptr_t at = target_; at;) {
      const Arrival *arrival = arrival_of(at);
      if (!arrival)
        return {}; // the object has gone
      ++chain.length;
      if (arrival->by == Arrival::By::Root)
        chain.root = {arrival->kind, arrival->certainty, arrival->thread, arrival->place};
      at = arrival->by == Arrival::By::Object ? find_object(arrival->place).base : 0;
    }
    fill(chain);
    return chain;
  }

private:
  const Arrival *arrival_of(uintptr_t object) const {
    ObjectRef found = find_object(object);
    uint64_t number = found ? numbers_.of(found) : SlotNumbers::kNone;
    if (number == SlotNumbers::kNone || arrivals_[number].by == Arrival::By::Nothing)
      return nullptr;
    return &arrivals_[number];
  }

  // From the last link to the first.
  void fill(RootChain &chain) const {
    constexpr size_t kHalf = RootChain::kMostLinks / 2;
    uintptr_t slot = 0;
    uintptr_t at = target_;
    for (size_t left = chain.length; left != 0 && at; --left) {
      ObjectRef object = find_object(at);
      const Arrival *arrival = arrival_of(at);
      if (!object || !arrival)
        return;
      size_t index = left - 1;
      bool kept = true;
      if (chain.length > RootChain::kMostLinks) {
        kept = index < kHalf || index >= chain.length - kHalf;
        if (index >= kHalf)
          index -= chain.length - RootChain::kMostLinks;
      }
      if (kept)
        chain.links[index] = link_to(object, slot ? slot - object.base : 0);
      slot = arrival->place;
      at = arrival->by == Arrival::By::Object ? find_object(slot).base : 0;
    }
  }

  void visit(uintptr_t word, const Arrival &arrival) {
    ObjectRef object = find_object(word);
    uint64_t number = object ? numbers_.of(object) : SlotNumbers::kNone;
    if (number == SlotNumbers::kNone || arrivals_[number].by != Arrival::By::Nothing)
      return;
    arrivals_[number] = arrival;
    queue_[queued_++] = object.base;
    found_ |= object.base == target_;
  }

  void scan(const ObjectRef &object) {
    ObjectLayout layout;
    if (!read_layout(object, &layout) || layout.kind == ObjectKind::Noscan)
      return;
    auto follow_word = [&](const uintptr_t *word) {
      visit(racing_word(word), {reinterpret_cast<uintptr_t>(word), 0, Arrival::By::Object,
                                RootKind::None, RootCertainty::Exact});
    };
    if (layout.kind == ObjectKind::Typed)
      return for_each_pointer_word(*layout.type, layout.form, object.base, object.size,
                                   [&](uintptr_t *word, WordKind) { follow_word(word); });
    auto *words = reinterpret_cast<const uintptr_t *>(object.base);
    for (size_t i = 0; i < object.size / sizeof(uintptr_t); ++i)
      follow_word(words + i);
  }

  uintptr_t target_;
  SlotNumbers numbers_;
  Arrival *arrivals_;
  uintptr_t *queue_;
  size_t queued_ = 0, done_ = 0;
  bool found_ = false;
};

// What the sinks of the walks need to know.
struct Visitor {
  Search &search;
  Root root;

  static void words(void *context, const uintptr_t *first, size_t count, RootCertainty certainty) {
    auto &visitor = *static_cast<Visitor *>(context);
    Root root = visitor.root;
    root.certainty = certainty;
    for (size_t i = 0; i < count; ++i) {
      if (root.kind != RootKind::Frame)
        root.place = reinterpret_cast<uintptr_t>(first + i);
      visitor.search.visit_root(racing_word(first + i), root);
    }
  }
  static void frame(void *context, uintptr_t pc) {
    static_cast<Visitor *>(context)->root.place = pc;
  }
  static void word(void *context, uintptr_t word) {
    auto &visitor = *static_cast<Visitor *>(context);
    visitor.search.visit_root(word, visitor.root);
  }
};

void visit_all_globals(const RootSink &sink) {
  for (uint64_t image = 0; (image = next_image(image)) != 0;)
    for (GlobalsPlace place = {image, 0, 0}; visit_globals(place, SIZE_MAX, sink) != 0;) {
    }
}

void visit_globals_of_search(Search &search) {
  Visitor visitor = {search, {RootKind::Global}};
  visit_all_globals({&visitor, Visitor::words});
  search.follow();
}

void visit_thread_locals_of(Search &search, const Mutator &mutator) {
  Visitor visitor = {search, {RootKind::ThreadLocal}};
  visitor.root.thread = mutator.thread_id;
  if (mutator.thread_pointer)
    visit_thread_locals(mutator.thread_pointer, {&visitor, Visitor::words});
}

void visit_frames_of(Search &search, const Mutator &mutator) {
  Visitor visitor = {search, {RootKind::Frame}};
  visitor.root.thread = mutator.thread_id;
  walk_stack(mutator.context, {&visitor, Visitor::words, Visitor::frame});
}

void visit_records(Search &search) {
  Visitor visitor = {search, {RootKind::Record}};
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next) {
    Visitor::word(&visitor, reinterpret_cast<uintptr_t>(mutator->handover));
    Visitor::word(&visitor, reinterpret_cast<uintptr_t>(mutator->result));
  }
  for (PendingStart *start = first_pending_start(); start; start = start->next)
    Visitor::word(&visitor, reinterpret_cast<uintptr_t>(start->argument));
  for (FinishedThread *thread = first_finished_thread(); thread; thread = thread->next)
    Visitor::word(&visitor, reinterpret_cast<uintptr_t>(thread->result));
  for (const ExternalRoot *root = first_external_root(); root; root = root->next)
    Visitor::words(&visitor, reinterpret_cast<const uintptr_t *>(root->begin),
                   root->bytes / sizeof(uintptr_t), RootCertainty::Conservative);
  visit_cleanup_arguments(&visitor, Visitor::word);
  visit_finalizer_queue(&visitor, Visitor::word);
  search.follow();
}

void visit_traced(Search &search) {
  for (uint32_t i = 0, spans = span_count(); i < spans && !search.found(); ++i) {
    Span *span = span_at(i);
    if (!span->in_use() || span->kind != ObjectKind::Traced)
      continue;
    uintptr_t base = span->base, limit = span->limit;
    for (uintptr_t at = base; at < limit && at >= base; at += span->object_bytes)
      search.visit_root(at, {RootKind::Traced, RootCertainty::Conservative, 0, at});
    search.follow();
  }
}

template <class F> void for_each_mutator(SearchWorld world, const Mutator *self, F &&f) {
  if (self)
    f(*self);
  for (Mutator *mutator = world == SearchWorld::Stopped ? first_mutator() : nullptr; mutator;
       mutator = mutator->next)
    f(*mutator);
}

struct PlaceSearch {
  uintptr_t slot;
  Root root;
  static void words(void *context, const uintptr_t *first, size_t count, RootCertainty certainty) {
    auto &search = *static_cast<PlaceSearch *>(context);
    if (search.slot - reinterpret_cast<uintptr_t>(first) < count * sizeof(uintptr_t)) {
      search.root = {RootKind::Global, certainty, 0, search.slot};
    }
  }
};

} // namespace

ChainLink link_to(const ObjectRef &object, size_t offset) {
  ObjectLayout layout = {ObjectKind::Noscan, nullptr, ArrayForm::One};
  read_layout(object, &layout);
  return {object.base, object.size, layout.kind, layout.type, offset};
}

RootChain find_root_chain(uintptr_t object, SearchWorld world, const Mutator *self) {
  Search search(object);
  visit_globals_of_search(search);
  if (!search.found()) {
    for_each_mutator(world, self,
                     [&](const Mutator &mutator) { visit_thread_locals_of(search, mutator); });
    search.follow();
  }
  if (!search.found()) {
    for_each_mutator(world, self,
                     [&](const Mutator &mutator) { visit_frames_of(search, mutator); });
    search.follow();
  }
  if (!search.found() && world == SearchWorld::Stopped)
    visit_records(search);
  if (!search.found())
    visit_traced(search);
  return search.chain();
}

Root find_global(uintptr_t slot) {
  PlaceSearch search = {slot, {}};
  visit_all_globals({&search, PlaceSearch::words});
  return search.root;
}

} // namespace tricolor::rt
