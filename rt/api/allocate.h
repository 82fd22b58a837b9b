//===- rt/api/allocate.h - The path of every allocation -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An allocation is a safepoint at its beginning and never at its end: once the object exists, its only
// reference is in a frame of the runtime, which no walk scans. So:
//
//  1. Enter state Runtime. From here a stop waits for this thread.
//  2. If the poll flag is up, answer it. The barrier's flag is looked at in the same load, for who records where
//     objects are allocated.
//  3. Take a slot from the thread's run. If that needs a refill, first ask the pacer whether a cycle is
//     due, then refill; if there is no memory, collect and try once more.
//  4. Leave state Runtime, return the object. A signal that comes now finds the reference in a register
//     of external code (the runtime has no maps) and scans it conservatively.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_ALLOCATE_H
#define TRICOLOR_RT_API_ALLOCATE_H

#include "collector/safepoint.h"
#include "heap/thread_cache.h"
#include "threads/mutator.h"
#include "threads/world.h"

#include <tricolor/abi.h>

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct Request {
  size_t bytes;
  size_t align;
  ObjectKind kind;
  const TypeInfo *type; // for ObjectKind::Typed
  ArrayForm form;
};

// Step 3 when the run is used up. `self` has published its context.
uintptr_t allocate_slow(Mutator &self, const Request &request);

// All steps where a poll is asked for, or barriers are on: whoever records allocation sites has these on all the
// time (mark/pointer_check.h). `cfa` is the API function's.
uintptr_t allocate_attentively(Mutator &self, const Request &request, uintptr_t cfa);

// Both flags at once: a poll, or a barrier for a marking or for checks.
inline bool attention_requested() {
  static_assert(sizeof tricolor_control == sizeof(uint64_t));
  const void *flags = __builtin_assume_aligned(&tricolor_control, sizeof(uint64_t));
  return __atomic_load_n(static_cast<const uint64_t *>(flags), __ATOMIC_RELAXED) != 0;
}

// All steps. Null when there is no memory. Inlined into the API function, whose frame is where a walk
// begins.
[[gnu::always_inline]] inline void *allocate(Mutator &self, const Request &request) {
  RuntimeScope scope(self);
  if (attention_requested()) [[unlikely]]
    return reinterpret_cast<void *>(allocate_attentively(self, request, TRICOLOR_ENTRY_CFA()));
  uintptr_t object = self.cache.allocate_fast(request.bytes, request.align, request.kind,
                                              request.type, request.form);
  if (!object) [[unlikely]] {
    publish_context(self, TRICOLOR_ENTRY_CFA());
    object = allocate_slow(self, request);
  }
  return reinterpret_cast<void *>(object);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_ALLOCATE_H
