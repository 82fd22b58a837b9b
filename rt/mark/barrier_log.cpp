//===- rt/mark/barrier_log.cpp - What write barriers have seen --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/barrier_log.h"

#include "heap/mark_bits.h"
#include "mark/concurrent_marking.h"
#include "mark/marker.h"
#include "mark/racing_word.h"
#include "mark/sleeping_workers.h"
#include "stack/modules.h"

#include <algorithm>
#include <atomic>
#include <string.h>

namespace tricolor::rt {

namespace {

// Workbufs that hold words, not objects.
constinit WorkbufList g_log;
constinit std::atomic<uint64_t> g_white_finds{0};
constinit std::atomic<DepartingRoots> g_departing{DepartingRoots::Forgotten};

constexpr uintptr_t kWord = sizeof(uintptr_t);

// Gives a buffer with words to the log. Before marking is open nobody can take it, and a wake is a system call while the
// collector holds a mutator; begin_marking() wakes everybody. The fence: who finds the marking closed has given before it opens.
void give(Workbuf *chunk) {
  g_log.push(chunk);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (marking_is_open() && workers_asleep() != 0)
    wake_worker();
}

void take_back(Workbuf *chunk) {
  chunk->count = 0;
  workbuf_pool().empty.push(chunk);
}

// Whether the word points to something white.
bool must_be_marked(uintptr_t word) {
  ObjectRef object = find_object(word);
  return object && object_layout(object).kind != ObjectKind::Traced && !is_marked(object);
}

void append(void *context, const uintptr_t *first, size_t count, RootCertainty) {
  static_cast<LogAppender *>(context)->add(first, count);
}

} // namespace

namespace detail {
constinit std::atomic<BarrierWords> barrier_words{BarrierWords::OverwrittenAndStored};
}

void set_barrier_words(BarrierWords words) {
  detail::barrier_words.store(words, std::memory_order_relaxed);
}

void set_remembering(Remembering remembering) {
  set_all_black(AllBlack::No);
  uint32_t others = tricolor_control.barrier & ~(kBarrierRemembers | kBarrierRemembersOnce);
  __atomic_store_n(&tricolor_control.barrier,
                   others | (remembering == Remembering::On ? kBarrierRemembers : 0),
                   __ATOMIC_SEQ_CST);
}

void remember_once() {
  set_all_black(AllBlack::Yes);
  __atomic_store_n(&tricolor_control.barrier, tricolor_control.barrier | kBarrierRemembersOnce,
                   __ATOMIC_SEQ_CST);
}

void set_store_checks(StoreChecks checks) {
  __atomic_store_n(&tricolor_control.barrier, checks == StoreChecks::On ? kBarrierChecks : 0,
                   __ATOMIC_SEQ_CST);
}

void set_departing_roots(DepartingRoots roots) {
  g_departing.store(roots, std::memory_order_relaxed);
}
DepartingRoots departing_roots() { return g_departing.load(std::memory_order_relaxed); }

void barrier_remember(Mutator &self, uintptr_t word) {
  if (!word || self.cache.surely_black(word))
    return;
  BarrierBuffer &buffer = self.barrier_buffer;
  if (barrier_remembers_once() && buffer.remembered.note(word))
    return;
  if (buffer.count == BarrierBuffer::kCapacity)
    barrier_flush(self);
  buffer.words[buffer.count++] = word;
}

void barrier_remember_store(Mutator &self, uintptr_t overwritten, uintptr_t stored) {
  if (barrier_remembers_overwritten())
    barrier_remember(self, overwritten);
  barrier_remember(self, stored);
}

void barrier_remember_copy(Mutator &self, const void *destination, const void *source,
                           size_t bytes) {
  for_each_aligned_word(destination, bytes, [&](const uintptr_t *word) {
    if (barrier_remembers_overwritten())
      barrier_remember(self, racing_word(word));
    if (source)
      barrier_remember(self, racing_word_of_source(source, destination, word));
  });
}

void barrier_remember_moved(Mutator &self, const void *place, size_t bytes) {
  for_each_aligned_word(place, bytes,
                        [&](const uintptr_t *word) { barrier_remember(self, racing_word(word)); });
}

void barrier_flush(Mutator &mutator) {
  BarrierBuffer &buffer = mutator.barrier_buffer;
  LogAppender().add(buffer.words, buffer.count);
  buffer.count = 0;
  ++buffer.flushes;
}

LogAppender::~LogAppender() {
  if (chunk_)
    give(chunk_);
}

void LogAppender::add(const uintptr_t *first, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    uintptr_t word = racing_word(first + i);
    if (!must_be_marked(word))
      continue;
    if (!chunk_)
      chunk_ = workbuf_pool().take_empty();
    chunk_->objects[chunk_->count++] = word;
    if (chunk_->full()) {
      give(chunk_);
      chunk_ = nullptr;
    }
  }
}

RootSink LogAppender::sink() { return {this, append}; }

void log_words(const uintptr_t *first, size_t count) { LogAppender().add(first, count); }

void log_memory(uintptr_t begin, size_t bytes) {
  uintptr_t first = (begin + kWord - 1) & ~(kWord - 1), end = (begin + bytes) & ~(kWord - 1);
  if (first < end)
    log_words(reinterpret_cast<const uintptr_t *>(first), (end - first) / kWord);
}

void log_globals(const tricolor_module *module) {
  LogAppender log;
  GlobalsPlace place = {image_number(module), 0, 0};
  visit_globals(place, SIZE_MAX, log.sink());
}

bool barrier_log_is_empty() { return g_log.empty(); }

bool barrier_visit_chunk(Marker &marker) {
  Workbuf *chunk = g_log.pop();
  if (!chunk)
    return false;
  uint64_t white = 0;
  for (uint64_t i = 0; i < chunk->count; ++i)
    white += marker.visit(chunk->objects[i]) == Marker::Found::White;
  if (white != 0)
    g_white_finds.fetch_add(white);
  take_back(chunk);
  return true;
}

void barrier_visit_log(Marker &marker) {
  while (barrier_visit_chunk(marker))
    marker.drain();
}

uint64_t barrier_white_finds() { return g_white_finds.load(); }

void note_white_deleted() { g_white_finds.fetch_add(1); }

uint64_t barrier_discard_log() {
  uint64_t white = 0;
  while (Workbuf *chunk = g_log.pop()) {
    for (uint64_t i = 0; i < chunk->count; ++i)
      white += must_be_marked(chunk->objects[i]);
    take_back(chunk);
  }
  return white;
}

} // namespace tricolor::rt
