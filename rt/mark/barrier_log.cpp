//===- rt/mark/barrier_log.cpp - What write barriers have seen --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/barrier_log.h"

#include "mark/marker.h"
#include "mark/workbuf.h"

#include <algorithm>
#include <string.h>

namespace tricolor::rt {

namespace {

// Workbufs that hold words, not objects.
constinit WorkbufList g_log;

constexpr uintptr_t kWord = sizeof(uintptr_t);

} // namespace

void barrier_remember(Mutator &self, uintptr_t word) {
  if (!word)
    return;
  BarrierBuffer &buffer = self.barrier_buffer;
  if (buffer.count == BarrierBuffer::kCapacity)
    barrier_flush(self);
  buffer.words[buffer.count++] = word;
}

void barrier_remember_copy(Mutator &self, const void *destination, const void *source,
                           size_t bytes) {
  auto first = reinterpret_cast<uintptr_t>(destination);
  uintptr_t begin = (first + kWord - 1) & ~(kWord - 1);
  uintptr_t end = (first + bytes) & ~(kWord - 1);
  for (uintptr_t at = begin; at < end; at += kWord) {
    barrier_remember(self, *reinterpret_cast<const uintptr_t *>(at));
    if (!source)
      continue;
    uintptr_t word; // the source need not be aligned
    memcpy(&word, static_cast<const char *>(source) + (at - first), sizeof word);
    barrier_remember(self, word);
  }
}

void barrier_flush(Mutator &mutator) {
  BarrierBuffer &buffer = mutator.barrier_buffer;
  for (size_t done = 0; done < buffer.count;) {
    Workbuf *chunk = workbuf_pool().take_empty();
    chunk->count = std::min<size_t>(buffer.count - done, Workbuf::kCapacity);
    memcpy(chunk->objects, buffer.words + done, chunk->count * sizeof(uintptr_t));
    done += chunk->count;
    g_log.push(chunk);
  }
  buffer.count = 0;
  ++buffer.flushes;
}

void barrier_visit_log(Marker &marker) {
  while (Workbuf *chunk = g_log.pop()) {
    marker.visit_words(chunk->objects, chunk->count);
    chunk->count = 0;
    workbuf_pool().empty.push(chunk);
    marker.drain();
  }
}

} // namespace tricolor::rt
