//===- rt/api/weak_references.cpp - Weak references and weak maps -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Handles (cells of weak references, tables of maps) are collected objects for the collector's eyes
// only. An entry that allocates one keeps its other arguments in the mutator's `handover`, a root:
// their last other reference may be gone by then.
//
//===------------------------------------------------------------------------------------------===//

#include "api/allocate.h"
#include "api/collected_object.h"
#include "api/export.h"
#include "collector/pacer.h"
#include "heap/ephemeron_table.h"
#include "heap/weak_cell.h"
#include "mark/barrier_log.h"
#include "mark/racing_word.h"
#include "os/handover.h"
#include "threads/world.h"

#include <tricolor/c.h>

using namespace tricolor::rt;

namespace {

constexpr Request kCellRequest = {sizeof(WeakCell), 8, ObjectKind::Noscan, nullptr, ArrayForm::One};
constexpr Request kTableRequest = {2 * sizeof(uintptr_t), 8, ObjectKind::Noscan, nullptr,
                                   ArrayForm::One};

WeakLoad kind_of_load() { return barrier_is_on() ? WeakLoad::Remembered : WeakLoad::Plain; }

// A word that comes out of a place that marking does not look at.
void *loaded(Mutator &self, uintptr_t word) {
  if (barrier_is_on())
    barrier_remember(self, word);
  return reinterpret_cast<void *>(word);
}

// Whether something is dead is not known yet; the collector knows soon. What the caller needs afterwards is in `handover`: a whole
// cycle may pass before the thread runs again.
void wait_parked(Mutator &self, uintptr_t cfa, void (*wait)()) {
  publish_context(self, cfa);
  parked_region(self, wait);
}

EphemeronTable *table_of(const void *handle) {
  program_gives(handle);
  return ephemeron_table_of(reinterpret_cast<uintptr_t>(handle));
}

} // namespace

TRICOLOR_API void *tricolor_weak_new(const void *address) {
  Mutator &self = current_mutator();
  self.handover = const_cast<void *>(address);
  void *cell = nullptr;
  for (std::optional<WeakCell *> answer; !answer;) {
    {
      RuntimeScope scope(self);
      ObjectRef object = require_collected(address, "a weak reference");
      // A cell that is handed out may be asked for its object when others are closed.
      loaded(self, object.base);
      answer = weak_cell_of(object, kind_of_load());
      if (!answer) {
        wait_parked(self, TRICOLOR_ENTRY_CFA(), weak_await_opening);
        continue;
      }
      if (*answer) {
        cell = loaded(self, reinterpret_cast<uintptr_t>(*answer));
        break;
      }
    }
    pacer_saw_collected_object();
    cell = allocate(self, kCellRequest);
    if (!cell)
      break;
    RuntimeScope scope(self);
    ObjectRef object = require_collected(address, "a weak reference");
    loaded(self, object.base);
    answer = weak_cell_attach(object, static_cast<WeakCell *>(cell), kind_of_load());
    if (!answer) {
      wait_parked(self, TRICOLOR_ENTRY_CFA(), weak_await_opening);
      continue;
    }
    cell = loaded(self, reinterpret_cast<uintptr_t>(*answer));
    program_gets(cell);
  }
  self.handover = nullptr;
  return cell;
}

TRICOLOR_API void *tricolor_weak_get(const void *reference) {
  if (!reference)
    return nullptr;
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  program_gives(reference);
  for (;;) {
    // The load is noted in the cell, and from then on the cell may be handed out when others are closed.
    loaded(self, reinterpret_cast<uintptr_t>(reference));
    auto *cell = static_cast<WeakCell *>(const_cast<void *>(reference));
    if (std::optional<uintptr_t> target = weak_target(cell, kind_of_load()))
      return loaded(self, *target);
    self.handover = cell;
    wait_parked(self, TRICOLOR_ENTRY_CFA(), weak_await_decision);
    self.handover = nullptr;
  }
}

TRICOLOR_API void *tricolor_weak_map_new() {
  Mutator &self = current_mutator();
  pacer_saw_collected_object();
  void *handle = allocate(self, kTableRequest);
  if (!handle)
    return nullptr;
  RuntimeScope scope(self);
  ephemeron_table_begin(find_object(reinterpret_cast<uintptr_t>(handle)));
  program_gets(handle);
  return handle;
}

TRICOLOR_API void tricolor_weak_map_set(void *map, const void *key, void *value) {
  RuntimeScope scope(current_mutator());
  ephemeron_set(table_of(map), require_collected(key, "a key of a weak map"),
                reinterpret_cast<uintptr_t>(value));
}

TRICOLOR_API int tricolor_weak_map_get(const void *map, const void *key, void **value) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  ObjectRef object = find_object(reinterpret_cast<uintptr_t>(key));
  EphemeronValue found = object ? ephemeron_find(table_of(map), object) : EphemeronValue{};
  if (value) {
    if (barrier_is_on()) // compiled code leaves what a call overwrites to the callee
      barrier_remember(self, racing_word_anywhere(value));
    *value = loaded(self, found.word);
  }
  return found.there;
}

TRICOLOR_API int tricolor_weak_map_remove(void *map, const void *key) {
  RuntimeScope scope(current_mutator());
  ObjectRef object = find_object(reinterpret_cast<uintptr_t>(key));
  return object && ephemeron_remove(table_of(map), object).there;
}

TRICOLOR_API size_t tricolor_weak_map_size(const void *map) {
  RuntimeScope scope(current_mutator());
  return ephemeron_count(table_of(map));
}
