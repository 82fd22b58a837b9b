//===- rt/heap/type_info.h - The runtime's copy of a type descriptor ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An object may outlive the image that allocated it, and every image brings its own descriptor of a
// type. So descriptors are copied, once per content: two images' descriptors of one type give one
// TypeInfo, and loading and unloading an image in a loop does not grow the table. TypeInfos live
// for ever, and do not change but for destructors that go and runs that come.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_TYPE_INFO_H
#define TRICOLOR_RT_HEAP_TYPE_INFO_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <tricolor/abi.h>

namespace tricolor::rt {

/// So many types have spans of their own, and are allocated in line; a descriptor word per object serves the
/// others. More: less metadata and a faster scan for the types met late; but each such type holds
/// at least a page, and a thread cache a run.
inline constexpr uint32_t own_span_types = 128;
/// The first ones have them at once, later ones when they have shown that they are worth it. More: small programs never
/// share; fewer: more places are left for types of which there are many objects.
inline constexpr uint32_t own_spans_at_once = 64;
/// After so many objects a type is worth spans of its own. More: a type that is used for a while only does not take a place; fewer: fewer
/// objects with a descriptor word.
inline constexpr uint32_t objects_for_own_spans = 2048;

struct TypeInfo {
  uint64_t size;  // bytes of one T
  uint32_t align; // bytes
  uint32_t flags; // TRICOLOR_TYPE_*
  uint32_t words; // ceil(size / 8), saturated at UINT32_MAX
  uint32_t index; // into type_at(), in order of first use
  // Bit i for word i of one T; valid if words <= 64.
  uint64_t exact_mask;
  uint64_t tolerant_mask;
  const uint64_t *program; // null when noscan
  uint32_t program_words;
  // Where ThreadCache keeps a run for one T, or no_run (see heap/run_index.h). May change once, from no_run.
  std::atomic<uint16_t> run_index;
  // How many single objects were allocated without a run of their own, as far as it matters.
  mutable std::atomic<uint32_t> shared_objects;
  const char *name;
  uint64_t hash;
  const TypeInfo *next_in_bucket;
  // Destroys one T; null if the type has no destructor, or its image is gone.
  std::atomic<void (*)(void *)> destroy;

  void (*destructor() const)(void *) { return destroy.load(std::memory_order_acquire); }
  // A type with a destructor is never noscan: its objects must know their type.
  bool noscan() const { return program == nullptr; }
  bool has_masks() const { return words <= 64; }
  uint16_t run() const { return run_index.load(std::memory_order_acquire); }
};

/// The TypeInfo of a descriptor, made at its first use. Validates version, flags, sizes and the
/// program; ends the program with a message that names the type and the defect. Any thread, not in
/// signal handlers.
const TypeInfo *intern_type_slow(tricolor_type *descriptor);

/// To be called for each single object of a type whose descriptor says no run (tricolor_type::run is 0): gives a type of
/// which there are many spans of its own, if any are left, and tells the descriptor. Any thread, state Runtime.
void note_shared_object(tricolor_type *descriptor, const TypeInfo &type);

/// Forgets the destructors for whose code goes(context, code) is true: an image is about to go.
/// Objects of these types are freed without them from here on. Any thread.
void types_forget_destructors(bool (*goes)(const void *context, uintptr_t code),
                              const void *context);

/// Number of types so far.
uint32_t type_count();
/// The i-th type, i < type_count(). Async-signal-safe.
const TypeInfo *type_at(uint32_t index);

inline const TypeInfo *intern_type(tricolor_type *descriptor) {
  // The runtime's index + 1, stored when the TypeInfo is complete.
  uint32_t index = __atomic_load_n(&descriptor->index, __ATOMIC_ACQUIRE);
  if (index != 0) [[likely]]
    return type_at(index - 1);
  return intern_type_slow(descriptor);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_TYPE_INFO_H
