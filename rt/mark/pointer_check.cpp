//===- rt/mark/pointer_check.cpp - Looking for bad pointers -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/pointer_check.h"

#include "heap/layout.h"
#include "heap/mark_bits.h"
#include "mark/bad_pointer.h"
#include "mark/barrier_log.h"
#include "mark/racing_word.h"
#include "os/fatal.h"
#include "stack/modules.h"
#include "threads/world.h"

#include <atomic>

namespace tricolor::rt {

namespace {

constinit BadPointers g_policy = BadPointers::Ignored;

// How many findings of one check are kept. More: longer reports, of mostly the same cause.
constexpr size_t kMostFindings = 4;
[[clang::no_destroy]] constinit BadPointer g_findings[kMostFindings];
constinit size_t g_found = 0;

constexpr uintptr_t kWord = sizeof(uintptr_t);

// A copy brings words that the program need not have set.
enum class StoreForm : uint8_t { Word, Copy };

void end_unless_reported(const char *cause, const char *fix) {
  if (g_policy == BadPointers::Fatal)
    fatal(cause, fix);
}

// Whether the word at the address of the object is one that holds a pointer.
bool is_exact_word(const ObjectRef &object, uintptr_t slot) {
  ObjectLayout layout = object_layout(object);
  bool exact = false;
  if (layout.kind == ObjectKind::Typed)
    for_each_pointer_word_in(*layout.type, layout.form, object.base, object.size, slot,
                             slot + kWord, [&](const uintptr_t *word, WordKind kind) {
                               exact |= reinterpret_cast<uintptr_t>(word) == slot &&
                                        kind == WordKind::Exact;
                             });
  return exact;
}

// How many words that may be numbers are reported. More: a program that stores such numbers says more.
constexpr uint32_t kMostDoubtful = 10;
constinit std::atomic<uint32_t> g_doubtful{0};

// Whether a word that is stored where anything may be is so much like a pointer that it is reported: the very
// address of an object with a type that a collection has found dead.
bool is_likely_pointer(const ObjectRef &holder, uintptr_t word, const PointerVerdict &verdict) {
  ObjectKind kind = object_layout(holder).kind;
  const ObjectHistory &history = verdict.history;
  return (kind == ObjectKind::Traced || kind == ObjectKind::Conservative) &&
         (history.fate == ObjectFate::Swept || verdict.fault == PointerFault::DeadObject) &&
         history.type && word == history.base &&
         g_doubtful.fetch_add(1, std::memory_order_relaxed) < kMostDoubtful;
}

[[gnu::cold, gnu::noinline]] void faulty_store(Mutator &self, uintptr_t slot, uintptr_t word,
                                               const PointerVerdict &verdict, StoreForm form,
                                               uintptr_t cfa) {
  if (slot % kWord != 0)
    return;
  BadPointer bad;
  ObjectRef holder = find_object(slot);
  if (holder) {
    if (!is_exact_word(holder, slot)) {
      if (form != StoreForm::Word || !is_likely_pointer(holder, word, verdict))
        return;
      bad.use = SlotUse::Anything;
    }
    bad.holder = link_to(holder, slot - holder.base);
  } else {
    bad.root = find_global(slot);
    if (bad.root.kind == RootKind::None || bad.root.certainty != RootCertainty::Exact)
      return;
  }
  bad.word = word;
  bad.verdict = verdict;
  bad.slot = slot;
  bad.thread = self.thread_id;
  // What the entry's call has pushed.
  bad.stored_at = *reinterpret_cast<const uintptr_t *>(cfa - kWord);
  if (holder) {
    publish_context(self, cfa);
    bad.chain = find_root_chain(holder.base, SearchWorld::Running, &self);
  }
  report_bad_pointer(bad);
  if (bad.use == SlotUse::Anything)
    return;
  end_unless_reported("a bad pointer is stored",
                      "its object was freed before: the program kept the address where the "
                      "collector does not look (malloc, an integer), or used it after delete");
}

void check_word(Mutator &self, const void *slot, uintptr_t word, StoreForm form, uintptr_t cfa) {
  if (!page_table.contains(word))
    return;
  PointerVerdict verdict = judge_pointer(word);
  if (verdict.fault != PointerFault::None) [[unlikely]]
    faulty_store(self, reinterpret_cast<uintptr_t>(slot), word, verdict, form, cfa);
}

void find_stale(uintptr_t word, uintptr_t slot, const Root &root, const ObjectRef &holder) {
  PointerVerdict verdict;
  if (g_found == kMostFindings || !is_stale(word, &verdict))
    return;
  BadPointer &bad = g_findings[g_found++];
  bad = {};
  bad.word = word;
  bad.verdict = verdict;
  bad.slot = slot;
  bad.root = root;
  if (!holder)
    return;
  bad.holder = link_to(holder, slot - holder.base);
  bad.chain = find_root_chain(holder.base, SearchWorld::Stopped, nullptr);
}

void check_marked_objects(Span *span) {
  for_each_allocated(span, [&](uint32_t index, uintptr_t base) {
    ObjectRef object = {span, index, base, span->object_bytes};
    ObjectLayout layout = object_layout(object);
    if (!is_marked(object) || !layout.type)
      return;
    for_each_pointer_word(
        *layout.type, layout.form, base, object.size, [&](const uintptr_t *word, WordKind kind) {
          if (kind == WordKind::Exact)
            find_stale(racing_word(word), reinterpret_cast<uintptr_t>(word), {}, object);
        });
  });
}

void check_words(void *, const uintptr_t *first, size_t count, RootCertainty certainty) {
  for (size_t i = 0; certainty == RootCertainty::Exact && i < count; ++i) {
    auto place = reinterpret_cast<uintptr_t>(first + i);
    find_stale(racing_word(first + i), place, {RootKind::Global, certainty, 0, place}, {});
  }
}

void check_globals() {
  for (uint64_t image = 0; (image = next_image(image)) != 0;)
    for (GlobalsPlace place = {image, 0, 0};
         visit_globals(place, SIZE_MAX, {nullptr, check_words}) != 0;) {
    }
}

} // namespace

void set_bad_pointers(BadPointers policy) {
  g_policy = policy;
  set_store_checks(policy == BadPointers::Ignored ? StoreChecks::Off : StoreChecks::On);
}

void check_stored_word(Mutator &self, const void *slot, uintptr_t word, uintptr_t cfa) {
  check_word(self, slot, word, StoreForm::Word, cfa);
}

void check_copied_words(Mutator &self, const void *destination, const void *source, size_t bytes,
                        uintptr_t cfa) {
  if (!source)
    return;
  for_each_aligned_word(destination, bytes, [&](const uintptr_t *word) {
    check_word(self, word, racing_word_of_source(source, destination, word), StoreForm::Copy, cfa);
  });
}

void check_marked_words() {
  g_found = 0;
  for (uint32_t i = 0, spans = span_count(); i < spans; ++i)
    if (Span *span = span_at(i); span->in_use() && span->kind == ObjectKind::Typed)
      check_marked_objects(span);
  check_globals();
}

void report_marked_words() {
  for (size_t i = 0; i < g_found; ++i)
    report_bad_pointer(g_findings[i]);
  if (g_found)
    end_unless_reported("a live word points to what a collection has freed",
                        "it was stored without a barrier, by code that was compiled without the "
                        "plugin; or the collector is wrong: please report it with the program");
  g_found = 0;
}

} // namespace tricolor::rt
