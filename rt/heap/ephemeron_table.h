//===- rt/heap/ephemeron_table.h - Values that live while their keys do -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A table of ephemerons maps collected objects, the keys, to words. The word of an entry is a
// reference iff key and table are reachable, also if it reaches the key.
//
// A table is known by its *handle*, a small collected object without pointers for the collector,
// whose death ends the table. An entry is a record of its key (SpecialKind::EphemeronKey), so it is
// found by way of the key and ends with it; entries of a table are linked to each other.
//
// Marking: entries are no roots. When everything else is marked, the collector asks again and again
// for the words of entries whose table and key are marked (docs/design/concurrent.md).
//
// One lock guards all tables' links and counts; it is taken before the locks of spans. Looking a
// key up takes the span's only. Whoever has taken an entry from its key frees it: a table that ends
// at that moment only forgets it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_EPHEMERON_TABLE_H
#define TRICOLOR_RT_HEAP_EPHEMERON_TABLE_H

#include "heap/specials.h"

namespace tricolor::rt {

struct EphemeronTable;

/// `function` is unused, `word` is the value.
struct EphemeronEntry : Special {
  EphemeronTable *table; // null once the table is gone
  uintptr_t key;         // the object's base
  EphemeronEntry *next_in_table, *previous_in_table;
};

struct EphemeronTable {
  EphemeronTable *next, *previous; // of all
  EphemeronEntry *first;
  uint64_t entries;
  uintptr_t handle;
};

/// Makes a table whose handle is this new collected object of at least 8 bytes.
void ephemeron_table_begin(const ObjectRef &handle);
/// The table of a handle.
EphemeronTable *ephemeron_table_of(uintptr_t handle);

/// Sets the key's value.
void ephemeron_set(EphemeronTable *table, const ObjectRef &key, uintptr_t value);

struct EphemeronValue {
  uintptr_t word;
  bool there;
};
EphemeronValue ephemeron_find(EphemeronTable *table, const ObjectRef &key);
/// Removes the key; what its value was.
EphemeronValue ephemeron_remove(EphemeronTable *table, const ObjectRef &key);
uint64_t ephemeron_count(EphemeronTable *table);

/// Calls f(const EphemeronTable &) for each table, under the lock.
template <class F> void for_each_ephemeron_table(F &&f);

/// From specials_drop(): the entry has been taken from its key and will be freed; the table's handle
/// is dead.
void ephemeron_key_dies(EphemeronEntry *entry);
void ephemeron_table_dies(EphemeronTable *table);

//===--- Implementation -----------------------------------------------------------------------===//

namespace detail {
struct AllEphemerons {
  Mutex lock;
  EphemeronTable *first = nullptr;
};
extern AllEphemerons all_ephemerons;
} // namespace detail

template <class F> void for_each_ephemeron_table(F &&f) {
  LockGuard guard(detail::all_ephemerons.lock);
  for (EphemeronTable *table = detail::all_ephemerons.first; table; table = table->next)
    f(static_cast<const EphemeronTable &>(*table));
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_EPHEMERON_TABLE_H
