//===- rt/os/perturb.cpp - Random delays at protocol steps ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/perturb.h"

#include "os/clock.h"
#include "os/futex.h"

#include <atomic>

namespace tricolor::rt {

namespace detail {
constinit uint64_t perturbation_seed = 0;
}

namespace {

// One step in so many yields, and one in so many sleeps, for at most so long. More: other schedules; fewer: more
// steps in the same time.
constexpr uint64_t kStepsPerYield = 4;
constexpr uint64_t kStepsPerSleep = 64;
constexpr uint64_t kLongestSleep = 200'000;

constinit std::atomic<uint64_t> g_threads{0};
constinit thread_local uint64_t t_state = 0;

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
uint64_t next() {
  uint64_t z = t_state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

} // namespace

void set_perturbation(uint64_t seed) { detail::perturbation_seed = seed; }

void detail::perturb_slow() {
  if (t_state == 0)
    t_state = perturbation_seed * 0x2545f4914f6cdd1d +
              g_threads.fetch_add(1, std::memory_order_relaxed) + 1;
  uint64_t number = next();
  if (number % kStepsPerSleep == 0)
    sleep_ns(number / kStepsPerSleep % kLongestSleep);
  else if (number % kStepsPerYield == 0)
    yield_processor();
}

} // namespace tricolor::rt
