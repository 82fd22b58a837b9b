//===- rt/heap/ephemeron_table.cpp - Values that live while their keys do ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/ephemeron_table.h"
#include "os/metadata.h"

namespace tricolor::rt {

constinit detail::AllEphemerons detail::all_ephemerons;
using detail::all_ephemerons;

namespace {

bool is_entry_of(const Special *special, const EphemeronTable *table) {
  return special->kind == SpecialKind::EphemeronKey &&
         static_cast<const EphemeronEntry *>(special)->table == table;
}

// Lock held, as in what follows.
void unlink(EphemeronEntry *entry) {
  EphemeronTable *table = entry->table;
  if (!table)
    return;
  (entry->previous_in_table ? entry->previous_in_table->next_in_table : table->first) =
      entry->next_in_table;
  if (entry->next_in_table)
    entry->next_in_table->previous_in_table = entry->previous_in_table;
  --table->entries;
  entry->table = nullptr;
}

EphemeronEntry *take(EphemeronTable *table, const ObjectRef &key) {
  return static_cast<EphemeronEntry *>(
      specials_take(key, [table](const Special *special) { return is_entry_of(special, table); }));
}

} // namespace

void ephemeron_table_begin(const ObjectRef &handle) {
  auto *table = metadata_new_array<EphemeronTable>(1);
  table->handle = handle.base;
  *reinterpret_cast<EphemeronTable **>(handle.base) = table;
  specials_add(handle,
               new_special(SpecialKind::EphemeronTable, 0, reinterpret_cast<uintptr_t>(table)));
  LockGuard guard(all_ephemerons.lock);
  table->previous = nullptr;
  table->next = all_ephemerons.first;
  if (table->next)
    table->next->previous = table;
  all_ephemerons.first = table;
}

EphemeronTable *ephemeron_table_of(uintptr_t handle) {
  return *reinterpret_cast<EphemeronTable **>(handle);
}

void ephemeron_set(EphemeronTable *table, const ObjectRef &key, uintptr_t value) {
  auto *entry = metadata_new_array<EphemeronEntry>(1);
  entry->kind = SpecialKind::EphemeronKey;
  entry->word = value;
  entry->table = table;
  entry->key = key.base;
  LockGuard guard(all_ephemerons.lock);
  Special *existing = specials_add_unless(key, entry, [&](Special *special) {
    if (!is_entry_of(special, table))
      return false;
    special->word = value;
    return true;
  });
  if (existing)
    return metadata_free(entry, sizeof(EphemeronEntry));
  entry->next_in_table = table->first;
  if (table->first)
    table->first->previous_in_table = entry;
  table->first = entry;
  ++table->entries;
}

EphemeronValue ephemeron_find(EphemeronTable *table, const ObjectRef &key) {
  EphemeronValue value = {0, false};
  specials_find(key, [&](const Special *special) {
    if (!is_entry_of(special, table))
      return false;
    value = {special->word, true};
    return true;
  });
  return value;
}

EphemeronValue ephemeron_remove(EphemeronTable *table, const ObjectRef &key) {
  LockGuard guard(all_ephemerons.lock);
  EphemeronEntry *entry = take(table, key);
  if (!entry)
    return {0, false};
  unlink(entry);
  EphemeronValue value = {entry->word, true};
  free_special(entry);
  return value;
}

uint64_t ephemeron_count(EphemeronTable *table) {
  LockGuard guard(all_ephemerons.lock);
  return table->entries;
}

void ephemeron_key_dies(EphemeronEntry *entry) {
  LockGuard guard(all_ephemerons.lock);
  unlink(entry);
}

void ephemeron_table_dies(EphemeronTable *table) {
  LockGuard guard(all_ephemerons.lock);
  while (EphemeronEntry *entry = table->first) {
    // Not there: the key is dying, and who frees it waits for the lock.
    ObjectRef key = find_object(entry->key);
    EphemeronEntry *taken = key ? take(table, key) : nullptr;
    unlink(entry);
    if (taken)
      free_special(taken);
  }
  (table->previous ? table->previous->next : all_ephemerons.first) = table->next;
  if (table->next)
    table->next->previous = table->previous;
  metadata_free(table, sizeof(EphemeronTable));
}

} // namespace tricolor::rt
