//===- rt/mark/sleeping_workers.cpp - Where background workers wait ---------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/sleeping_workers.h"

#include "os/futex.h"

#include <atomic>

namespace tricolor::rt {

namespace {

struct alignas(64) Station {
  std::atomic<uint32_t> asleep;
  std::atomic<uint32_t> tokens;
};
constinit Station g_stations[kWorkerKinds] = {};

// Takes one away if there is one.
bool take_one(std::atomic<uint32_t> &count) {
  uint32_t now = count.load(std::memory_order_seq_cst);
  while (now != 0)
    if (count.compare_exchange_weak(now, now - 1, std::memory_order_seq_cst))
      return true;
  return false;
}

bool wake_one_of(Station &station) {
  if (!take_one(station.asleep))
    return false;
  station.tokens.fetch_add(1, std::memory_order_seq_cst);
  futex_wake(&station.tokens, 1);
  return true;
}

} // namespace

uint32_t workers_asleep() {
  uint32_t sum = 0;
  for (const Station &station : g_stations)
    sum += station.asleep.load(std::memory_order_relaxed);
  return sum;
}

void wake_worker() {
  // The work before the look for sleepers.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (Station &station : g_stations)
    if (wake_one_of(station))
      return;
}

void wake_all_workers() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (Station &station : g_stations)
    while (wake_one_of(station)) {
    }
}

void sleep_as_worker(WorkerKind kind, bool (*there_is_work)()) {
  Station &station = g_stations[static_cast<unsigned>(kind)];
  station.asleep.fetch_add(1, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (there_is_work() && take_one(station.asleep))
    return;
  while (!take_one(station.tokens))
    futex_wait(&station.tokens, 0);
}

void forget_sleeping_workers() {
  for (Station &station : g_stations) {
    station.asleep.store(0, std::memory_order_relaxed);
    station.tokens.store(0, std::memory_order_relaxed);
  }
}

} // namespace tricolor::rt
