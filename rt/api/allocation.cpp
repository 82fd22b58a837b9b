//===- rt/api/allocation.cpp - Allocation of collected objects --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/allocate.h"
#include "api/export.h"
#include "api/finalizers.h"
#include "api/release.h"
#include "collector/assist.h"
#include "collector/collector_thread.h"
#include "collector/pacer.h"
#include "heap/allocation_sites.h"
#include "heap/type_info.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

// What a refill is counted as for the marking that it owes, in bytes: about a run. Large objects count as
// what they are.
constexpr size_t kRunBytes = 8 << 10;
// How many collections an allocation waits for until it gives up. More: later news of a lack of memory.
constexpr int kMostCollections = 2;
// What an untyped collected object is aligned to, in bytes: malloc's promise.
constexpr size_t kUntypedAlign = 16;

// An array is this much longer than its elements, so that a pointer past the last of them, which C++
// lets a program keep as its only one, is still a pointer into the object and not to its neighbour.
constexpr size_t kPastTheEnd = 1;
// An array whose destructors the collector runs ends with the number of its elements, if no cookie before the
// elements has it.
constexpr size_t kCountBytes = sizeof(size_t);
// What operator new[] asks for when the number of elements overflows is more than this.
constexpr size_t kMostArrayBytes = size_t{1} << 47;

const TypeInfo &type_of(Mutator &self, tricolor_type *type) {
  pacer_saw_collected_object();
  // A type's first use takes locks: a stop signal must not park the thread while it holds them.
  RuntimeScope scope(self);
  return *intern_type(type);
}

} // namespace

uintptr_t allocate_slow(Mutator &self, const Request &request) {
  auto attempt = [&] {
    return self.cache.allocate(request.bytes, request.align, request.kind, request.type,
                               request.form);
  };
  if (pacer_wants_cycle())
    request_cycle(self);
  assist(self, std::max(request.bytes, kRunBytes));
  // A cycle of somebody else's keeps spans from ending while it marks: one collection may free nothing for us.
  for (int i = 0; i < kMostCollections; ++i) {
    if (uintptr_t object = attempt())
      return object;
    collect(self, CycleReason::OutOfMemory);
  }
  return attempt();
}

uintptr_t allocate_attentively(Mutator &self, const Request &request, uintptr_t cfa) {
  if (__atomic_load_n(&tricolor_control.poll, __ATOMIC_RELAXED) != 0) {
    publish_context(self, cfa);
    safepoint(self);
  }
  uintptr_t object = self.cache.allocate_fast(request.bytes, request.align, request.kind,
                                              request.type, request.form);
  if (!object) {
    publish_context(self, cfa);
    object = allocate_slow(self, request);
  }
  // What the call of the API function has pushed.
  if (object && allocation_sites_recorded())
    note_allocated(object, request.bytes, request.type,
                   *reinterpret_cast<const uintptr_t *>(cfa - sizeof(uintptr_t)));
  return object;
}

} // namespace tricolor::rt

using namespace tricolor::rt;

TRICOLOR_API void *tricolor_new(tricolor_type *type) {
  Mutator &self = current_mutator();
  const TypeInfo &info = type_of(self, type);
  if (type->run == 0) [[unlikely]] {
    RuntimeScope scope(self);
    note_shared_object(type, info);
  }
  return allocate(self, {info.size, info.align, ObjectKind::Typed, &info, ArrayForm::One});
}

TRICOLOR_API void *tricolor_new_array(tricolor_type *type, size_t bytes) {
  Mutator &self = current_mutator();
  const TypeInfo &info = type_of(self, type);
  // Elements with destructors always have a cookie here; see tricolor_new_counted_array.
  ArrayForm form =
      bytes % info.size || info.destructor() ? ArrayForm::CookieArray : ArrayForm::Array;
  if (bytes > kMostArrayBytes)
    return nullptr;
  return allocate(self, {bytes + kPastTheEnd, info.align, ObjectKind::Typed, &info, form});
}

TRICOLOR_API void *tricolor_new_counted_array(tricolor_type *type, size_t count) {
  Mutator &self = current_mutator();
  const TypeInfo &info = type_of(self, type);
  size_t bytes;
  if (__builtin_mul_overflow(count, info.size, &bytes) || bytes > kMostArrayBytes)
    return nullptr;
  void *array =
      allocate(self, {bytes + kCountBytes, info.align, ObjectKind::Typed, &info, ArrayForm::Array});
  if (array)
    *array_count(find_object(reinterpret_cast<uintptr_t>(array))) = count;
  return array;
}

TRICOLOR_API void *tricolor_new_conservative(size_t bytes) {
  Mutator &self = current_mutator();
  pacer_saw_collected_object();
  return allocate(self, {bytes, kUntypedAlign, ObjectKind::Conservative, nullptr, ArrayForm::One});
}

TRICOLOR_API void *tricolor_new_noscan(size_t bytes) {
  Mutator &self = current_mutator();
  pacer_saw_collected_object();
  return allocate(self, {bytes, kUntypedAlign, ObjectKind::Noscan, nullptr, ArrayForm::One});
}

TRICOLOR_API void tricolor_delete(void *object) {
  if (object && release(object, TRICOLOR_CALLER()) == Released::Foreign)
    report_foreign(object);
}
