//===- rt/heap/weak_cell.cpp - What weak references share -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/weak_cell.h"
#include "heap/mark_bits.h"
#include "heap/specials.h"
#include "os/futex.h"
#include "os/perturb.h"

namespace tricolor::rt {

namespace {

// How often cells have been opened or closed, and 2 for each cycle: odd while they are closed.
constinit std::atomic<uint64_t> changes{0};

// 1 while they are closed and nobody knows whether they stay it. Set before, and reset after `changes` changes: who sees
// cells closed, then 0 here, and then no other number of changes, has seen the decision.
constinit std::atomic<uint32_t> undecided{0};

uint64_t opening(uint64_t change) { return change / 2 + 1; }

bool is_dead(uintptr_t address) {
  ObjectRef object = find_object(address);
  return !object || !is_marked(object);
}

} // namespace

void weak_cycle_begins() { changes.fetch_add(2, std::memory_order_seq_cst); }

void weak_close(WeakClosing closing) {
  if (closing == WeakClosing::Undecided)
    undecided.store(1, std::memory_order_seq_cst);
  changes.fetch_add(1, std::memory_order_seq_cst);
}

void weak_decide() {
  undecided.store(0, std::memory_order_seq_cst);
  futex_wake(&undecided, futex_everyone);
}

void weak_open() {
  changes.fetch_add(1, std::memory_order_seq_cst);
  weak_decide();
}

void weak_forked() {
  if (changes.load(std::memory_order_relaxed) % 2)
    weak_open();
}

void weak_await_decision() {
  while (undecided.load(std::memory_order_seq_cst) != 0)
    futex_wait(&undecided, 1);
}

namespace {

enum class CellState : uint8_t { Alive, Dead, Undecided };

/// Whether `unmarked`, a cell or a cell's target, is given out although it may be that no marker has seen it; if so, and weak
/// references are open, that is noted in the cell, so that nobody takes it for dead once they are closed. `change` was
/// loaded when `unmarked` could not be cleared any more, or before it was loaded: the other way round, it may have been
/// cleared meanwhile, and the cells opened.
CellState state_of(uint64_t change, uintptr_t unmarked, WeakCell *cell, WeakLoad load) {
  if (change % 2 == 0) {
    if (load == WeakLoad::Remembered)
      cell->loaded_in.store(opening(change), std::memory_order_seq_cst);
    return CellState::Alive;
  }
  if (!is_dead(unmarked) || cell->loaded_in.load(std::memory_order_seq_cst) == opening(change - 1))
    return CellState::Alive;
  bool decided = undecided.load(std::memory_order_seq_cst) == 0 &&
                 changes.load(std::memory_order_seq_cst) == change;
  return decided ? CellState::Dead : CellState::Undecided;
}

} // namespace

std::optional<WeakCell *> weak_cell_of(const ObjectRef &object, WeakLoad load) {
  std::optional<WeakCell *> cell = nullptr;
  // Under the lock of the object's specials: nobody replaces the cell meanwhile, or takes its record.
  specials_find(object, [&](const Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    auto *there = reinterpret_cast<WeakCell *>(special->word);
    CellState state = state_of(changes.load(std::memory_order_seq_cst), special->word, there, load);
    if (state == CellState::Alive)
      cell = there;
    else if (state == CellState::Undecided)
      cell = std::nullopt;
    return true;
  });
  return cell;
}

std::optional<WeakCell *> weak_cell_attach(const ObjectRef &object, WeakCell *cell, WeakLoad load) {
  cell->target.store(object.base, std::memory_order_relaxed);
  // The cell's record first: it must be there when the cell dies.
  ObjectRef cell_object = find_object(reinterpret_cast<uintptr_t>(cell));
  specials_add(cell_object, new_special(SpecialKind::WeakCell, 0, 0));
  Special *mine = new_special(SpecialKind::WeakTarget, 0, reinterpret_cast<uintptr_t>(cell));
  std::optional<WeakCell *> result = cell;
  Special *found = specials_add_unless(object, mine, [&](Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    auto *there = reinterpret_cast<WeakCell *>(special->word);
    switch (state_of(changes.load(std::memory_order_seq_cst), special->word, there, load)) {
    case CellState::Alive:
      result = there;
      break;
    case CellState::Dead:
      special->word = mine->word;
      break;
    case CellState::Undecided:
      result = std::nullopt;
      break;
    }
    return true;
  });
  if (found)
    free_special(mine);
  if (result != cell)
    cell->target.store(0, std::memory_order_relaxed);
  return result;
}

std::optional<uintptr_t> weak_target(WeakCell *cell, WeakLoad load) {
  uint64_t change = changes.load(std::memory_order_seq_cst);
  perturb();
  uintptr_t target = cell->target.load(std::memory_order_acquire);
  if (!target)
    return 0;
  switch (state_of(change, target, cell, load)) {
  case CellState::Alive:
    return target;
  case CellState::Dead:
    return 0;
  case CellState::Undecided:
    return std::nullopt;
  }
  __builtin_unreachable();
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
