//===- rt/mark/finalizer_queue.cpp - Calls that the program is to get -------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/finalizer_queue.h"

#include "os/lock.h"
#include "os/metadata.h"

#include <new>

namespace tricolor::rt {

namespace {

struct Queue {
  Mutex lock;
  CallBatch *first = nullptr;
  CallBatch *last = nullptr;
};
constinit Queue g_queue;

} // namespace

CallBatch *new_batch() { return new (metadata_allocate(sizeof(CallBatch))) CallBatch(); }

void CallBatch::add(uintptr_t function, uintptr_t word) {
  if (!last || last->count == CallChunk::kCapacity) {
    auto *chunk = static_cast<CallChunk *>(metadata_allocate(sizeof(CallChunk)));
    (last ? last->next : first) = chunk;
    last = chunk;
  }
  FinalizerCall &call = last->calls[last->count++];
  call.function = function;
  call.word.store(word, std::memory_order_relaxed);
  ++calls;
}

FinalizerCall &CallBatch::at(size_t index) {
  CallChunk *chunk = first;
  for (; index >= CallChunk::kCapacity; index -= CallChunk::kCapacity)
    chunk = chunk->next;
  return chunk->calls[index];
}

void queue_batch(CallBatch *batch) {
  LockGuard guard(g_queue.lock);
  (g_queue.last ? g_queue.last->next : g_queue.first) = batch;
  g_queue.last = batch;
}

void free_batch(CallBatch *batch) {
  for (CallChunk *chunk = batch->first; chunk;) {
    CallChunk *next = chunk->next;
    metadata_free(chunk, sizeof(CallChunk));
    chunk = next;
  }
  metadata_free(batch, sizeof(CallBatch));
}

CallBatch *oldest_batch() {
  LockGuard guard(g_queue.lock);
  return g_queue.first;
}

CallBatch *take_oldest_batch() {
  LockGuard guard(g_queue.lock);
  CallBatch *batch = g_queue.first;
  g_queue.first = batch->next;
  if (!g_queue.first)
    g_queue.last = nullptr;
  batch->next = nullptr;
  return batch;
}

void visit_finalizer_queue(void *context, RootVisitor visit) {
  LockGuard guard(g_queue.lock);
  for (CallBatch *batch = g_queue.first; batch; batch = batch->next)
    for (CallChunk *chunk = batch->first; chunk; chunk = chunk->next)
      for (size_t i = 0; i < chunk->count; ++i)
        if (uintptr_t word = chunk->calls[i].word.load(std::memory_order_acquire))
          visit(context, word);
}

} // namespace tricolor::rt
