//===- rt/heap/type_info.cpp - The runtime's copy of a type descriptor --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/type_info.h"
#include "heap/central_list.h"
#include "heap/inline_runs.h"
#include "heap/layout_program.h"
#include "heap/run_index.h"
#include "os/fatal.h"
#include "os/lock.h"
#include "os/metadata.h"
#include <atomic>
#include <bit>
#include <cstring>

namespace tricolor::rt {

namespace {

// A million types, in chunks so that type_at() needs no lock.
constexpr uint32_t chunk_types = 1024;
constexpr uint32_t max_chunks = 1024;
// Buckets of the table by content. More: shorter chains with many types.
constexpr uint32_t bucket_count = 4096;

struct TypeTable {
  Mutex mutex;
  std::atomic<uint32_t> count{0};
  uint32_t own_spans = 0; // run indices given away
  std::atomic<std::atomic<const TypeInfo *> *> chunks[max_chunks] = {};
  const TypeInfo *buckets[bucket_count] = {};
};
constinit TypeTable types;

constexpr uint32_t known_flags =
    TRICOLOR_TYPE_FILLED | TRICOLOR_TYPE_NOSCAN | TRICOLOR_TYPE_DESTRUCTOR;

const char *name_of(const tricolor_type *type) { return type->name ? type->name : "(unnamed)"; }

[[noreturn]] void malformed(const tricolor_type *type, const char *defect) {
  fatal(LineWriter()
            .str("the descriptor of type ")
            .str(name_of(type))
            .str(" is malformed: ")
            .str(defect),
        "rebuild the program with the plugin and the runtime of one Tricolor release");
}

void validate(const tricolor_type *type) {
  // A descriptor that the plugin did not fill in may have no version and no name.
  if (!(type->flags & TRICOLOR_TYPE_FILLED))
    fatal(LineWriter().str("the descriptor of type ").str(name_of(type)).str(" was not filled in"),
          "the translation unit that allocates it was compiled without the plugin, or the plugin's "
          "passes did not "
          "run: compile it with -fplugin=TricolorClang.so, without -save-temps and "
          "-disable-llvm-passes");
  if (type->abi_version != TRICOLOR_ABI_VERSION)
    fatal(LineWriter()
              .str("the descriptor of type ")
              .str(name_of(type))
              .str(" is of ABI version ")
              .dec(type->abi_version)
              .str(", this runtime is of version ")
              .dec(TRICOLOR_ABI_VERSION),
          "rebuild the program with the plugin and the runtime of one Tricolor release");
  if (type->flags & ~known_flags)
    malformed(type, "unknown flags");
  if (type->size == 0)
    malformed(type, "size 0");
  if (!std::has_single_bit(type->align))
    malformed(type, "the alignment is not a power of two");
  if (type->size % type->align != 0)
    malformed(type, "the size is not a multiple of the alignment");
  if (type->flags & TRICOLOR_TYPE_NOSCAN) {
    if (type->program || type->program_words != 0)
      malformed(type, "a type without pointers has a layout program");
    return;
  }
  if (const char *defect = check_layout_program(type->program, type->program_words, type->size / 8))
    malformed(type, defect);
}

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count) {
  auto *p = static_cast<const unsigned char *>(bytes);
  for (size_t i = 0; i < count; ++i)
    hash = (hash ^ p[i]) * 0x100000001b3; // FNV-1a
  return hash;
}

uint64_t content_hash(const tricolor_type *type) {
  uint64_t hash = 0xcbf29ce484222325;
  hash = hash_bytes(hash, &type->size, sizeof type->size);
  hash = hash_bytes(hash, &type->align, sizeof type->align);
  hash = hash_bytes(hash, &type->flags, sizeof type->flags);
  hash = hash_bytes(hash, &type->destroy, sizeof type->destroy);
  hash = hash_bytes(hash, type->program, type->program_words * sizeof(uint64_t));
  return hash_bytes(hash, name_of(type), std::strlen(name_of(type)));
}

// Code of a destructor belongs to an image: images that share a type with one have a TypeInfo each.
bool same_content(const TypeInfo *info, const tricolor_type *type, uint64_t hash) {
  return info->hash == hash && info->size == type->size && info->align == type->align &&
         info->flags == type->flags && info->program_words == type->program_words &&
         info->destructor() == type->destroy &&
         (type->program_words == 0 ||
          std::memcmp(info->program, type->program, type->program_words * sizeof(uint64_t)) == 0) &&
         std::strcmp(info->name, name_of(type)) == 0;
}

void compute_masks(TypeInfo *info) {
  if (!info->has_masks() || info->noscan())
    return;
  uintptr_t words[64];
  run_layout_program(info->program, info->program_words, words, words, words + info->size / 8,
                     [&](uintptr_t *word, WordKind kind) {
                       uint64_t bit = uint64_t(1) << (word - words);
                       (kind == WordKind::Exact ? info->exact_mask : info->tolerant_mask) |= bit;
                     });
}

/// If there is a place left. Lock held.
void give_own_spans(TypeInfo *info) {
  unsigned class_index = size_class_for(info->size, info->align);
  if (class_index == 0 || types.own_spans == own_span_types)
    return;
  auto run = static_cast<uint16_t>(first_type_run + types.own_spans++);
  set_run_type(run, info, class_index);
  info->run_index.store(run, std::memory_order_release);
}

/// A new TypeInfo, not yet in the table. Lock held.
TypeInfo *copy(const tricolor_type *type, uint64_t hash, uint32_t index) {
  auto *info = metadata_new_array<TypeInfo>(1);
  info->size = type->size;
  info->align = type->align;
  info->flags = type->flags;
  uint64_t words = type->size / 8 + (type->size % 8 != 0);
  info->words = words < UINT32_MAX ? static_cast<uint32_t>(words) : UINT32_MAX;
  info->index = index;
  info->hash = hash;
  if (type->program_words != 0) {
    auto *program = metadata_new_array<uint64_t>(type->program_words);
    std::memcpy(program, type->program, type->program_words * sizeof(uint64_t));
    info->program = program;
    info->program_words = type->program_words;
  }
  info->destroy.store(type->destroy, std::memory_order_relaxed);
  if (type->destroy && !info->program) {
    static constexpr uint64_t nothing[] = {TRICOLOR_OP_END};
    info->program = nothing;
  }
  size_t length = std::strlen(name_of(type)) + 1;
  auto *name = metadata_new_array<char>(length);
  std::memcpy(name, name_of(type), length);
  info->name = name;
  compute_masks(info);
  info->run_index.store(no_run, std::memory_order_relaxed);
  if (types.own_spans < own_spans_at_once)
    give_own_spans(info);
  return info;
}

/// Tells the descriptor, and with it compiled code, about its TypeInfo.
void introduce(tricolor_type *type, const TypeInfo *info) {
  __atomic_store_n(&type->run, inline_run_offset(*info), __ATOMIC_RELAXED);
  __atomic_store_n(&type->index, info->index + 1, __ATOMIC_RELEASE);
}

} // namespace

uint32_t type_count() { return types.count.load(std::memory_order_acquire); }

const TypeInfo *type_at(uint32_t index) {
  return types.chunks[index / chunk_types]
      .load(std::memory_order_acquire)[index % chunk_types]
      .load(std::memory_order_acquire);
}

void types_forget_destructors(bool (*goes)(const void *context, uintptr_t code),
                              const void *context) {
  for (uint32_t i = 0, n = type_count(); i < n; ++i) {
    auto &destroy = const_cast<TypeInfo *>(type_at(i))->destroy;
    auto code = reinterpret_cast<uintptr_t>(destroy.load(std::memory_order_relaxed));
    if (code && goes(context, code))
      destroy.store(nullptr, std::memory_order_release);
  }
}

void note_shared_object(tricolor_type *descriptor, const TypeInfo &type) {
  uint32_t objects = type.shared_objects.load(std::memory_order_relaxed);
  if (type.run() == no_run) {
    if (objects > objects_for_own_spans)
      return;
    // Two threads may count one object: that is near enough.
    type.shared_objects.store(objects + 1, std::memory_order_relaxed);
    if (objects != objects_for_own_spans)
      return;
    LockGuard guard(types.mutex);
    if (type.run() == no_run)
      give_own_spans(const_cast<TypeInfo *>(&type));
  }
  introduce(descriptor, &type);
}

const TypeInfo *intern_type_slow(tricolor_type *type) {
  validate(type);
  uint64_t hash = content_hash(type);
  LockGuard guard(types.mutex);
  const TypeInfo *&bucket = types.buckets[hash % bucket_count];
  for (const TypeInfo *info = bucket; info; info = info->next_in_bucket)
    if (same_content(info, type, hash)) {
      introduce(type, info);
      return info;
    }
  uint32_t index = types.count.load(std::memory_order_relaxed);
  if (index == chunk_types * max_chunks)
    fatal("the program allocates objects of more than a million types",
          "allocate some of them with tricolor_new_conservative()");
  auto &chunk = types.chunks[index / chunk_types];
  if (!chunk.load(std::memory_order_relaxed))
    chunk.store(metadata_new_array<std::atomic<const TypeInfo *>>(chunk_types),
                std::memory_order_release);
  TypeInfo *info = copy(type, hash, index);
  info->next_in_bucket = bucket;
  chunk.load(std::memory_order_relaxed)[index % chunk_types].store(info, std::memory_order_release);
  types.count.store(index + 1, std::memory_order_release);
  bucket = info;
  introduce(type, info);
  return info;
}

} // namespace tricolor::rt
