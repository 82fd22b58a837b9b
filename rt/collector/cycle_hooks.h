//===- rt/collector/cycle_hooks.h - What the program wants to know of cycles --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Functions of the program that are called when a cycle begins and when it has ended. They are called
// where finalizers are (by the finalizer thread, or by run_finalizers): a thread of the collector's
// cannot run code of the program, which may allocate.
//
// Before it goes on, a cycle waits for the hooks of its beginning, so that what they let go is found dead by it, but
// not longer than kHookPatience: a hook may wait for a lock whose owner waits for the cycle.
//
// Hooks are never removed. Several events of a kind that come before the hooks have been called are one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_CYCLE_HOOKS_H
#define TRICOLOR_RT_COLLECTOR_CYCLE_HOOKS_H

#include "threads/mutator.h"

#include <cstdint>

namespace tricolor::rt {

enum class CycleEvent : uint8_t { Begin, End };
inline constexpr unsigned kCycleEvents = 2;

using CycleHook = void (*)();

// Adds a hook. Ends the program when there is no memory. State Runtime.
void add_cycle_hook(CycleEvent event, CycleHook hook);

// Has the hooks called, if there are any, and waits for those of Begin. The collector's thread, the world running.
void raise_cycle_event(CycleEvent event);

// Whether hooks have to be called.
bool cycle_events_pending();
// Calls the hooks of the events that are pending by call(hook). `self`, which runs finalizers, is in state Running.
void run_cycle_hooks(Mutator &self, void (*call)(CycleHook));

// Whether the thread is calling hooks.
bool is_in_cycle_hook(const Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_CYCLE_HOOKS_H
