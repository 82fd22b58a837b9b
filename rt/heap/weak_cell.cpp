//===- rt/heap/weak_cell.cpp - What weak references share -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/weak_cell.h"
#include "heap/mark_bits.h"
#include "heap/specials.h"

namespace tricolor::rt {

namespace {

// How often cells have been opened or closed, and 2 for each cycle: odd while they are closed.
constinit std::atomic<uint64_t> changes{0};

uint64_t opening(uint64_t change) { return change / 2 + 1; }

bool is_dead(uintptr_t address) {
  ObjectRef object = find_object(address);
  return !object || !is_marked(object);
}

} // namespace

void weak_cycle_begins() { changes.fetch_add(2, std::memory_order_seq_cst); }
void weak_close() { changes.fetch_add(1, std::memory_order_seq_cst); }
void weak_open() { changes.fetch_add(1, std::memory_order_seq_cst); }

void weak_forked() {
  if (changes.load(std::memory_order_relaxed) % 2)
    weak_open();
}

namespace {

/// Whether the cell may be handed out again; if so, and weak references are open, it is noted as loaded, so that
/// nobody takes it for dead once they are closed. Under the lock of the object's specials: nobody replaces it meanwhile.
bool takes_cell(uintptr_t address, WeakLoad load) {
  auto *cell = reinterpret_cast<WeakCell *>(address);
  uint64_t change = changes.load(std::memory_order_seq_cst);
  if (change % 2 == 0) {
    if (load == WeakLoad::Remembered)
      cell->loaded_in.store(opening(change), std::memory_order_seq_cst);
    return true;
  }
  return !is_dead(address) ||
         cell->loaded_in.load(std::memory_order_seq_cst) == opening(change - 1);
}

} // namespace

WeakCell *weak_cell_of(const ObjectRef &object, WeakLoad load) {
  uintptr_t cell = 0;
  specials_find(object, [&](const Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    if (takes_cell(special->word, load))
      cell = special->word;
    return true;
  });
  return reinterpret_cast<WeakCell *>(cell);
}

WeakCell *weak_cell_attach(const ObjectRef &object, WeakCell *cell, WeakLoad load) {
  cell->target.store(object.base, std::memory_order_relaxed);
  // The cell's record first: it must be there when the cell dies.
  ObjectRef cell_object = find_object(reinterpret_cast<uintptr_t>(cell));
  specials_add(cell_object, new_special(SpecialKind::WeakCell, 0, 0));
  Special *mine = new_special(SpecialKind::WeakTarget, 0, reinterpret_cast<uintptr_t>(cell));
  WeakCell *other = nullptr;
  Special *found = specials_add_unless(object, mine, [&](Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    if (!takes_cell(special->word, load))
      special->word = mine->word;
    else
      other = reinterpret_cast<WeakCell *>(special->word);
    return true;
  });
  if (!found)
    return cell;
  free_special(mine);
  if (!other)
    return cell;
  cell->target.store(0, std::memory_order_relaxed);
  return other;
}

uintptr_t weak_target(WeakCell *cell, WeakLoad load) {
  uint64_t change = changes.load(std::memory_order_seq_cst);
  uintptr_t target = cell->target.load(std::memory_order_acquire);
  if (!target)
    return 0;
  if (change % 2 == 0) {
    if (load == WeakLoad::Remembered)
      cell->loaded_in.store(opening(change), std::memory_order_seq_cst);
    return target;
  }
  if (!is_dead(target) || cell->loaded_in.load(std::memory_order_seq_cst) == opening(change - 1))
    return target;
  return 0;
}

void weak_clear(uintptr_t cell) {
  reinterpret_cast<WeakCell *>(cell)->target.store(0, std::memory_order_release);
}

void weak_cell_dies(uintptr_t cell) {
  uintptr_t target = reinterpret_cast<WeakCell *>(cell)->target.load(std::memory_order_acquire);
  ObjectRef object = find_object(target);
  if (!object)
    return;
  Special *record = specials_take(object, [cell](const Special *special) {
    return special->kind == SpecialKind::WeakTarget && special->word == cell;
  });
  if (record)
    free_special(record);
}

} // namespace tricolor::rt
