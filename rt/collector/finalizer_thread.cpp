//===- rt/collector/finalizer_thread.cpp - Who runs finalizers --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/finalizer_thread.h"

#include "collector/configuration.h"
#include "collector/cycle_hooks.h"
#include "mark/finalizer_queue.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/thread.h"
#include "threads/world.h"

#include <atomic>
#include <stdlib.h>

namespace tricolor::rt {

namespace {

// How long exit() waits for the call that is under way. Longer: a finalizer that is slow but not stuck ends
// before what it uses is destroyed; shorter: a program with one that is stuck ends sooner.
constexpr uint64_t kExitPatience = 1'000'000'000;
// How often it looks.
constexpr uint64_t kExitInterval = 100'000;

enum class Thread : uint8_t { NotMade, Made };

constinit void (*g_main)(void *) = nullptr;
constinit Thread g_thread = Thread::NotMade; // the collector's thread, and forks while it rests
constinit bool g_watching_exit = false;      // likewise
constinit std::atomic<uint32_t> g_announcements{0};
constinit std::atomic<bool> g_exiting{false};
// Held by the one who runs calls.
constinit Mutex g_turn;
constinit std::atomic<const Mutator *> g_runner{nullptr};

[[gnu::noinline]] void stop_at_exit() {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  g_exiting.store(true, std::memory_order_seq_cst);
  if (g_runner.load(std::memory_order_seq_cst) == &self)
    return; // a finalizer calls exit()
  parked_region(self, [] {
    for (uint64_t begin = now_ns(); g_turn.is_locked() && now_ns() - begin < kExitPatience;)
      sleep_ns(kExitInterval);
  });
}

} // namespace

void set_finalizer_main(void (*main)(void *)) { g_main = main; }

void announce_finalizers() {
  if ((!oldest_batch() && !cycle_events_pending()) || !finalizers_go_on() ||
      configuration().finalizer_mode() == FinalizerMode::Pump || !g_main)
    return;
  if (!g_watching_exit) {
    g_watching_exit = true;
    atexit(stop_at_exit);
  }
  if (g_thread == Thread::NotMade) {
    g_thread = Thread::Made;
    start_system_thread("tricolor-final", g_main, nullptr);
  }
  g_announcements.fetch_add(1, std::memory_order_release);
  futex_wake(&g_announcements, futex_everyone);
}

uint32_t finalizer_announcements() { return g_announcements.load(std::memory_order_acquire); }

void await_finalizers(Mutator &self, uint32_t seen) {
  parked_region(self, [seen] {
    while (g_announcements.load(std::memory_order_acquire) == seen)
      futex_wait(&g_announcements, seen);
  });
}

RunnerTurn begin_finalizers(Mutator &self) {
  if (g_runner.load(std::memory_order_relaxed) == &self || !finalizers_go_on())
    return RunnerTurn::Refused;
  parked_region(self, [] { g_turn.lock(); });
  g_runner.store(&self, std::memory_order_relaxed);
  return RunnerTurn::Taken;
}

void end_finalizers() {
  g_runner.store(nullptr, std::memory_order_relaxed);
  g_turn.unlock();
}

bool finalizers_go_on() { return !g_exiting.load(std::memory_order_seq_cst); }

void finalizers_after_fork(const Mutator &self) {
  g_thread = Thread::NotMade;
  if (g_turn.is_locked() && g_runner.load(std::memory_order_relaxed) != &self)
    end_finalizers();
}

} // namespace tricolor::rt
