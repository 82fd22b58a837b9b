//===- rt/heap/weak_cell.h - What weak references share -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// All weak references to an object share a *cell*, a small collected object without pointers for
// the collector, which holds the object's address. A reference keeps the cell; the object's record
// (SpecialKind::WeakTarget) does not. The cell has a record too (WeakCell), so that its own death
// ends the object's record.
//
// Nothing is said about the references themselves: they are pointers to the cell, wherever they
// are.
//
// A cell's target is loaded by mutators while marking runs, and is an object that nothing else may
// refer to. See the section "Weak references" of docs/design/concurrent.md for why weak_target() is
// right then:
//
//   open       the target; who loads it while the barrier is on remembers it as a barrier would.
//   undecided  the target if it is marked, or if somebody has loaded and remembered it in this cycle,
//              while the cells were open; else nobody knows yet, and whoever asks waits.
//   closed     the same, but what nobody knew of is dead: null.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_WEAK_CELL_H
#define TRICOLOR_RT_HEAP_WEAK_CELL_H

#include "heap/find_object.h"

#include <optional>

namespace tricolor::rt {

struct WeakCell {
  std::atomic<uintptr_t> target;   // the object's base; 0 once it is dead
  std::atomic<uint64_t> loaded_in; // the opening in which the target was last remembered
};

/// Whether the caller remembers what it gets, as a barrier does.
enum class WeakLoad : uint8_t { Plain, Remembered };
/// The object's cell, null if it has none. Nothing if nobody knows while cells are closed whether the cell lives: the caller
/// sleeps in weak_await_opening(), parked, and asks again. In one stay in the runtime with the barrier that remembers
/// the result.
std::optional<WeakCell *> weak_cell_of(const ObjectRef &object, WeakLoad load);
/// Makes `cell`, a new collected object of that size, the cell of `object`, and returns it; or
/// returns the one that another thread has made meanwhile. As weak_cell_of(); without an answer `cell` is garbage.
std::optional<WeakCell *> weak_cell_attach(const ObjectRef &object, WeakCell *cell, WeakLoad load);
/// The object's base, 0 if it is dead, nothing if that is undecided: the caller sleeps in weak_await_decision(). Any thread; in
/// one stay in the runtime with the barrier that remembers the result, if there is one.
std::optional<uintptr_t> weak_target(WeakCell *cell, WeakLoad load);
/// Sleeps until nothing is undecided; until cells are open. A thread that the collector does not wait for.
void weak_await_decision();
void weak_await_opening();

/// What was remembered in the last cycle counts no more. By the collector, before it raises the
/// barrier flag.
void weak_cycle_begins();
/// From close to open, weak_target() finds marked objects only. Undecided: the collector may find that it was too early, and
/// opens them again; or decides that what is unmarked is dead. By the collector.
enum class WeakClosing : uint8_t { Undecided, Certain };
void weak_close(WeakClosing closing);
void weak_decide();
void weak_open();

/// In the child of a fork, which has no cycle: opens the cells if they are closed.
void weak_forked();

/// The target of a cell (the word of the record) is dead.
void weak_clear(uintptr_t cell);
/// The cell at this address is dead.
void weak_cell_dies(uintptr_t cell);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_WEAK_CELL_H
