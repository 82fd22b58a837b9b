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

// Whether it is known that they stay closed. Set before, and reset after `changes` changes: who sees cells closed, then not
// Undecided here, and then no other number of changes, has seen the decision. A futex.
enum Stage : uint32_t { Open, Decided, Undecided };
constinit std::atomic<uint32_t> stage{Open};

void set_stage(Stage next) {
  stage.store(next, std::memory_order_seq_cst);
  futex_wake(&stage, futex_everyone);
}

uint64_t opening(uint64_t change) { return change / 2 + 1; }

bool is_dead(uintptr_t address) {
  ObjectRef object = find_object(address);
  return !object || !is_marked(object);
}

} // namespace

void weak_cycle_begins() { changes.fetch_add(2, std::memory_order_seq_cst); }

void weak_close(WeakClosing closing) {
  stage.store(closing == WeakClosing::Undecided ? Undecided : Decided, std::memory_order_seq_cst);
  changes.fetch_add(1, std::memory_order_seq_cst);
}

void weak_decide() { set_stage(Decided); }

void weak_open() {
  changes.fetch_add(1, std::memory_order_seq_cst);
  set_stage(Open);
}

void weak_forked() {
  if (changes.load(std::memory_order_relaxed) % 2)
    weak_open();
}

void weak_await_decision() {
  while (stage.load(std::memory_order_seq_cst) == Undecided)
    futex_wait(&stage, Undecided);
}

void weak_await_opening() {
  uint64_t change = changes.load(std::memory_order_seq_cst);
  for (;;) {
    uint32_t seen = stage.load(std::memory_order_seq_cst);
    if (change % 2 == 0 || changes.load(std::memory_order_seq_cst) != change)
      return;
    futex_wait(&stage, seen);
  }
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
  bool decided = stage.load(std::memory_order_seq_cst) != Undecided &&
                 changes.load(std::memory_order_seq_cst) == change;
  return decided ? CellState::Dead : CellState::Undecided;
}

// The cell of this record of a target, nothing if it is not known to live. Under the lock of the record.
std::optional<WeakCell *> cell_unless_dead(const Special *record, WeakLoad load) {
  auto *cell = reinterpret_cast<WeakCell *>(record->word);
  uint64_t change = changes.load(std::memory_order_seq_cst);
  if (state_of(change, record->word, cell, load) != CellState::Alive)
    return std::nullopt;
  return cell;
}

} // namespace

// Of a cell also "dead" is no answer: a finalizer or a destructor may bring it back with what it reaches, and if
// another had taken its place, nobody would clear it. When cells are open again, one that is dead has lost its record.
std::optional<WeakCell *> weak_cell_of(const ObjectRef &object, WeakLoad load) {
  std::optional<WeakCell *> cell = nullptr;
  // Under the lock of the object's specials: nobody takes the record meanwhile.
  specials_find(object, [&](const Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    cell = cell_unless_dead(special, load);
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
  Special *found = specials_add_unless(object, mine, [&](const Special *special) {
    if (special->kind != SpecialKind::WeakTarget)
      return false;
    result = cell_unless_dead(special, load);
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
  perturb();
  switch (state_of(change, target, cell, load)) {
  case CellState::Alive:
    // Not `target`: a finalizer may have brought it back, marked, after the cell was cleared.
    return cell->target.load(std::memory_order_acquire);
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
