//===- rt/collector/cycle_hooks.cpp - What the program wants to know of cycles ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/cycle_hooks.h"

#include "collector/configuration.h"
#include "collector/finalizer_thread.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/metadata.h"

#include <atomic>

namespace tricolor::rt {

namespace {

// How long a cycle waits for the hooks of its beginning. Longer: what slow hooks let go is freed by this
// cycle and not the next; shorter: allocations wait less for a cycle whose hooks are stuck.
constexpr uint64_t kHookPatience = 10'000'000;

struct Hook {
  CycleHook function;
  Hook *next;
};

struct Event {
  std::atomic<Hook *> first{nullptr}; // in the order they were added
  // How often it has come, and up to which time its hooks have been called.
  std::atomic<uint32_t> raised{0};
  std::atomic<uint32_t> served{0};
};

constinit Mutex g_lock; // guards additions
constinit Event g_events[kCycleEvents];
constinit std::atomic<const Mutator *> g_caller{nullptr};

Event &state_of(CycleEvent event) { return g_events[static_cast<unsigned>(event)]; }

bool is_pending(const Event &event) {
  return event.raised.load(std::memory_order_acquire) !=
         event.served.load(std::memory_order_relaxed);
}

void wait_for(Event &event) {
  uint64_t begin = now_ns();
  while (is_pending(event) && finalizers_go_on()) {
    uint64_t waited = now_ns() - begin;
    if (waited >= kHookPatience)
      return;
    futex_wait(&event.served, event.served.load(std::memory_order_relaxed), kHookPatience - waited);
  }
}

} // namespace

void add_cycle_hook(CycleEvent event, CycleHook function) {
  auto *hook = static_cast<Hook *>(metadata_allocate(sizeof(Hook)));
  *hook = {function, nullptr};
  LockGuard guard(g_lock);
  Hook *last = state_of(event).first.load(std::memory_order_relaxed);
  if (!last)
    return state_of(event).first.store(hook, std::memory_order_release);
  while (last->next)
    last = last->next;
  __atomic_store_n(&last->next, hook, __ATOMIC_RELEASE);
}

void raise_cycle_event(CycleEvent which) {
  Event &event = state_of(which);
  if (!event.first.load(std::memory_order_acquire))
    return;
  event.raised.fetch_add(1, std::memory_order_release);
  announce_finalizers();
  if (which == CycleEvent::Begin && configuration().finalizer_mode() == FinalizerMode::Thread)
    wait_for(event);
}

bool cycle_events_pending() {
  for (const Event &event : g_events)
    if (is_pending(event))
      return true;
  return false;
}

void run_cycle_hooks(Mutator &self, void (*call)(CycleHook)) {
  for (Event &event : g_events) {
    uint32_t raised = event.raised.load(std::memory_order_acquire);
    if (raised == event.served.load(std::memory_order_relaxed))
      continue;
    g_caller.store(&self, std::memory_order_relaxed);
    for (Hook *hook = event.first.load(std::memory_order_acquire); hook;
         hook = __atomic_load_n(&hook->next, __ATOMIC_ACQUIRE))
      call(hook->function);
    g_caller.store(nullptr, std::memory_order_relaxed);
    event.served.store(raised, std::memory_order_release);
    futex_wake(&event.served, futex_everyone);
  }
}

bool is_in_cycle_hook(const Mutator &self) {
  return g_caller.load(std::memory_order_relaxed) == &self;
}

} // namespace tricolor::rt
