//===- rt/collector/collector_thread.cpp - Who runs the cycles --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/collector_thread.h"

#include "collector/assist.h"
#include "collector/configuration.h"
#include "collector/pacer.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/perturb.h"
#include "os/thread.h"
#include "stack/recipe_cache.h"
#include "threads/world.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

enum class Thread : uint8_t { NotMade, Made };

struct Requests {
  // Guards `reason`, `images` and `thread`.
  Mutex lock;
  CycleReason reason = CycleReason::Growth; // the strongest that is not yet served
  LoaderCounts images = {};                 // the latest
  Thread thread = Thread::NotMade;
  // Requests so far; those that a finished cycle has served. The collector sleeps on the first, who waits
  // for it on the second.
  std::atomic<uint32_t> made{0};
  std::atomic<uint32_t> served{0};
};
constinit Requests g_requests;

// Held by the collector's thread between rest points.
constinit Mutex g_step;
constinit std::atomic<uint32_t> g_rest_wanted{0};

void serve(uint32_t upto) {
  CycleReason reason;
  LoaderCounts images;
  {
    LockGuard guard(g_requests.lock);
    reason = g_requests.reason;
    images = g_requests.images;
    g_requests.reason = CycleReason::Growth;
  }
  if (reason != CycleReason::Growth || pacer_wants_cycle())
    run_cycle(reason, images);
  g_requests.served.store(upto, std::memory_order_release);
  futex_wake(&g_requests.served, futex_everyone);
  end_assists(); // of who waits for a cycle that was not needed any more
}

void collector_main(void *) {
  touch_recipes();
  for (;;) {
    uint32_t made = g_requests.made.load(std::memory_order_acquire);
    if (made == g_requests.served.load(std::memory_order_relaxed)) {
      futex_wait(&g_requests.made, made);
      continue;
    }
    LockGuard step(g_step);
    collector_rest_point();
    perturb();
    serve(g_requests.made.load(std::memory_order_acquire));
  }
}

// Adds a request. Returns its number. Takes locks that a thread must not hold when it is stopped: Runtime.
uint32_t add_request(CycleReason reason, const LoaderCounts &images) {
  LockGuard guard(g_requests.lock);
  if (g_requests.thread == Thread::NotMade) {
    g_requests.thread = Thread::Made;
    start_system_thread("tricolor-gc", collector_main, nullptr);
  }
  g_requests.reason = std::max(g_requests.reason, reason);
  g_requests.images = images;
  uint32_t number = g_requests.made.fetch_add(1, std::memory_order_release) + 1;
  futex_wake(&g_requests.made, 1);
  return number;
}

bool is_served(uint32_t number) {
  // The numbers may go round.
  return static_cast<int32_t>(g_requests.served.load(std::memory_order_acquire) - number) >= 0;
}

bool is_idle() {
  return g_requests.made.load(std::memory_order_acquire) ==
         g_requests.served.load(std::memory_order_acquire);
}

} // namespace

bool cycle_is_awaited() { return !is_idle(); }

void collect(Mutator &self, CycleReason reason) {
  LoaderCounts images;
  parked_region(self, [&] { images = loader_counts(); });
  uint32_t number = add_request(reason, images);
  parked_region(self, [&] {
    while (!is_served(number)) {
      uint32_t served = g_requests.served.load(std::memory_order_acquire);
      if (!is_served(number))
        futex_wait(&g_requests.served, served);
    }
  });
}

void request_cycle(Mutator &self) {
  if (configuration().collector_mode() == CollectorMode::Stw)
    return collect(self, CycleReason::Growth);
  if (!is_idle())
    return;
  LoaderCounts images;
  parked_region(self, [&] { images = loader_counts(); });
  if (is_idle())
    add_request(CycleReason::Growth, images);
}

void collector_rest_point() {
  perturb();
  while (uint32_t wanted = g_rest_wanted.load(std::memory_order_seq_cst)) {
    g_step.unlock();
    futex_wait(&g_rest_wanted, wanted);
    g_step.lock();
  }
}

void rest_collector(Mutator &self) {
  g_rest_wanted.fetch_add(1, std::memory_order_seq_cst);
  parked_region(self, [] { g_step.lock(); });
}

void resume_collector() {
  g_rest_wanted.fetch_sub(1, std::memory_order_seq_cst);
  futex_wake(&g_rest_wanted, futex_everyone);
  g_step.unlock();
}

void collector_after_fork() {
  // The caller's own; who else wanted to fork is not here.
  g_rest_wanted.store(1, std::memory_order_relaxed);
  g_requests.thread = Thread::NotMade;
  g_requests.reason = CycleReason::Growth;
  g_requests.served.store(g_requests.made.load(std::memory_order_relaxed),
                          std::memory_order_relaxed);
}

} // namespace tricolor::rt
