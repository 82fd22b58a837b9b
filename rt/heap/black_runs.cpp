//===- rt/heap/black_runs.cpp - What was allocated black --------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/black_runs.h"

#include "os/lock.h"
#include "os/metadata.h"

#include <atomic>
#include <new>

namespace tricolor::rt {

namespace {

struct BlackRun {
  uintptr_t low, high;
};

struct Chunk {
  // A page in all.
  static constexpr uint32_t capacity = 255;
  Chunk *next;
  uint64_t count;
  BlackRun runs[capacity];
};

struct List {
  std::atomic<BlackRuns> what{BlackRuns::Ignored};
  Mutex mutex;
  Chunk *first = nullptr;
};
constinit List list;

} // namespace

void record_black_runs(BlackRuns what) {
  list.what.store(what, std::memory_order_seq_cst);
  LockGuard guard(list.mutex);
  while (Chunk *chunk = list.first) {
    list.first = chunk->next;
    metadata_free(chunk, sizeof(Chunk));
  }
}

void note_black_run(uintptr_t low, uintptr_t high) {
  if (list.what.load(std::memory_order_relaxed) == BlackRuns::Ignored) [[likely]]
    return;
  LockGuard guard(list.mutex);
  if (!list.first || list.first->count == Chunk::capacity) {
    auto *chunk = new (metadata_allocate(sizeof(Chunk))) Chunk;
    chunk->next = list.first;
    chunk->count = 0;
    list.first = chunk;
  }
  list.first->runs[list.first->count++] = {low, high};
}

void for_each_black_object(void (*f)(void *context, const ObjectRef &object), void *context) {
  for (const Chunk *chunk = list.first; chunk; chunk = chunk->next)
    for (uint64_t i = 0; i < chunk->count; ++i) {
      const BlackRun &run = chunk->runs[i];
      Span *span = page_table.span_of(run.low);
      // The span cannot have ended; what was a run is one still, or has been freed and reserved again.
      size_t step = span ? size_t{span->object_bytes} : 0;
      for (uintptr_t at = run.low; step && at < run.high; at += step)
        if (ObjectRef object = find_object(at))
          f(context, object);
    }
}

} // namespace tricolor::rt
