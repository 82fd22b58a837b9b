//===- rt/stack/modules.cpp - The images that were compiled with the plugin -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/modules.h"

#include "os/fatal.h"
#include "os/lock.h"
#include "os/metadata.h"
#include "stack/eh_frame.h"
#include "stack/loaded_image.h"
#include "stack/module_tables.h"
#include "stack/read_section.h"
#include "stack/recipe_cache.h"

#include <algorithm>
#include <atomic>
#include <stdlib.h>

namespace tricolor::rt {

namespace {

// What readers see: all registered images at one time, in the order of registration.
struct Snapshot {
  size_t count;
  struct Entry {
    ModuleTables *tables;
    uint64_t number;
  } entries[];
};

constinit std::atomic<const Snapshot *> g_snapshot{nullptr};
// Writers. The loader's lock may be held when this one is taken, so it must not be taken under
// this.
constinit Mutex g_lock;
constinit std::atomic<bool> g_exiting{false};
constinit std::atomic<bool> g_watching_exit{false};
// Of the last refresh. Under g_lock.
constinit LoaderCounts g_loader_counts{0, 0};
// Images registered so far: the last one's number. Under g_lock.
constinit uint64_t g_registered = 0;

// The fewest words of a global that are visited when there are more: a part must be able to end on a set
// of bits.
constexpr size_t least_part = 64;

size_t snapshot_bytes(size_t count) { return sizeof(Snapshot) + count * sizeof(Snapshot::Entry); }

// The current snapshot; null while nothing is registered. Inside a read section, or under g_lock.
const Snapshot *current() { return g_snapshot.load(std::memory_order_seq_cst); }

size_t count_of(const Snapshot *snapshot) { return snapshot ? snapshot->count : 0; }

// A snapshot with the first `keep` entries of `from` that are not `without`.
Snapshot *copy(const Snapshot *from, const ModuleTables *without, size_t count) {
  auto *snapshot = static_cast<Snapshot *>(metadata_allocate(snapshot_bytes(count)));
  for (size_t i = 0; i < count_of(from); ++i)
    if (from->entries[i].tables != without)
      snapshot->entries[snapshot->count++] = from->entries[i];
  return snapshot;
}

// Publishes and returns when nobody reads the previous one; frees that. Under g_lock.
void publish(Snapshot *next) {
  const Snapshot *previous = g_snapshot.exchange(next, std::memory_order_seq_cst);
  // Return addresses have another meaning from here.
  forget_recipes();
  wait_for_readers();
  if (previous)
    metadata_free(const_cast<Snapshot *>(previous), snapshot_bytes(previous->count));
}

ModuleTables *find(const Snapshot *snapshot, const tricolor_module *module) {
  for (size_t i = 0; i < count_of(snapshot); ++i)
    if (snapshot->entries[i].tables->module == module)
      return snapshot->entries[i].tables;
  return nullptr;
}

// visit_globals(), with a sink or without.
size_t pass(GlobalsPlace &place, size_t bytes, const RootSink *sink) {
  ReadSection section;
  const Snapshot *snapshot = current();
  const ModuleTables *tables = nullptr;
  for (size_t i = 0; i < count_of(snapshot) && !tables; ++i)
    if (snapshot->entries[i].number == place.image)
      tables = snapshot->entries[i].tables;
  if (!tables)
    return 0;
  size_t words = bytes / sizeof(uintptr_t), left = words;
  while (left != 0 && place.record < tables->global_count) {
    const tricolor_global &global = *tables->globals[place.record];
    size_t all = global_words(global);
    if (left < all - place.word && left < least_part)
      break;
    size_t passed = visit_global_part(global, place.word, left, sink);
    left -= passed != 0 ? passed : 1;
    place.word += passed;
    if (place.word == all)
      place = {place.image, place.record + 1, 0};
  }
  return (words - left) * sizeof(uintptr_t);
}

void note_exit() { g_exiting.store(true, std::memory_order_relaxed); }

// Handlers run in reverse order and before the destructors of images: those registered later, by
// the program, run before this one, and the images' own after it.
void watch_exit() {
  if (!g_watching_exit.exchange(true, std::memory_order_relaxed))
    atexit(note_exit);
}

} // namespace

LoadedImage image_of(const tricolor_module *module) {
  LoadedImage image;
  if (!find_loaded_image(reinterpret_cast<uintptr_t>(module), &image))
    fatal("a module was registered that is in no loaded image",
          "tricolor_register_module must be called by the image that contains the module");
  return image;
}

void modules_register(const tricolor_module *module) { modules_register(module, image_of(module)); }

void modules_register(const tricolor_module *module, const LoadedImage &image) {
  watch_exit();
  // Before the lock. The first question also binds _dl_find_object, which signal handlers call later.
  ModuleTables *tables = build_module_tables(module, image);
  UnwindImage unused;
  find_unwind_image(reinterpret_cast<uintptr_t>(&image_of), &unused);
  LockGuard guard(g_lock);
  const Snapshot *snapshot = current();
  if (find(snapshot, module))
    fatal("a module was registered twice", "each image registers once, in its constructor");
  Snapshot *next = copy(snapshot, nullptr, count_of(snapshot) + 1);
  next->entries[next->count++] = {tables, ++g_registered};
  publish(next);
}

Unregistration modules_unregister(const tricolor_module *module) {
  if (g_exiting.load(std::memory_order_relaxed))
    return Unregistration::Ignored;
  LockGuard guard(g_lock);
  const Snapshot *snapshot = current();
  ModuleTables *tables = find(snapshot, module);
  if (!tables)
    fatal("a module was unregistered that is not registered");
  publish(copy(snapshot, tables, snapshot->count - 1));
  free_module_tables(tables);
  return Unregistration::Done;
}

void modules_refresh() { modules_refresh(loader_counts()); }

void modules_refresh(const LoaderCounts &counts) {
  LockGuard guard(g_lock);
  if (counts == g_loader_counts)
    return;
  g_loader_counts = counts;
  forget_recipes();
}

void modules_unload_begins() { suspend_recipes(); }

void modules_unload_ended() { resume_recipes(); }

bool pc_in_managed_code(uintptr_t pc) {
  ReadSection section;
  const Snapshot *snapshot = current();
  for (size_t i = 0; i < count_of(snapshot); ++i) {
    const ModuleTables &tables = *snapshot->entries[i].tables;
    if (pc < tables.code_begin || pc >= tables.code_end)
      continue;
    UnwindEntry entry;
    if (!find_unwind_entry(pc, &entry))
      return false;
    if (is_function_begin(tables, entry.function_begin))
      return true;
  }
  return false;
}

const uint8_t *find_root_list(uintptr_t return_address, size_t *bytes) {
  ReadSection section;
  const Snapshot *snapshot = current();
  for (size_t i = 0; i < count_of(snapshot); ++i)
    if (const uint8_t *list = find_root_list(*snapshot->entries[i].tables, return_address, bytes))
      return list;
  return nullptr;
}

uint64_t next_image(uint64_t image) {
  ReadSection section;
  const Snapshot *snapshot = current();
  for (size_t i = 0; i < count_of(snapshot); ++i)
    if (snapshot->entries[i].number > image)
      return snapshot->entries[i].number;
  return 0;
}

uint64_t image_number(const tricolor_module *module) {
  ReadSection section;
  const Snapshot *snapshot = current();
  for (size_t i = 0; i < count_of(snapshot); ++i)
    if (snapshot->entries[i].tables->module == module)
      return snapshot->entries[i].number;
  return 0;
}

size_t visit_globals(GlobalsPlace &place, size_t bytes, const RootSink &sink) {
  return pass(place, bytes, &sink);
}

size_t pass_globals(GlobalsPlace &place, size_t bytes) { return pass(place, bytes, nullptr); }

void visit_thread_locals(uintptr_t thread_pointer, const RootSink &sink) {
  ReadSection section;
  const Snapshot *snapshot = current();
  for (size_t i = 0; i < count_of(snapshot); ++i) {
    const ThreadLocalBlock &block = snapshot->entries[i].tables->thread_locals;
    // An image is registered by one module, except where tests and JITs register parts.
    bool visited = false;
    for (size_t j = 0; j < i; ++j)
      visited |= snapshot->entries[j].tables->thread_locals.module == block.module;
    if (!visited)
      visit_thread_local_block(block, thread_pointer, sink);
  }
}

} // namespace tricolor::rt
