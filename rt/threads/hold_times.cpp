//===- rt/threads/hold_times.cpp - How long mutators were held --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/hold_times.h"

#include <atomic>

namespace tricolor::rt {

namespace {

constinit std::atomic<uint64_t> g_holds[kHoldBuckets] = {};

} // namespace

void count_hold(uint64_t nanoseconds) {
  g_holds[hold_bucket(nanoseconds)].fetch_add(1, std::memory_order_relaxed);
}

uint64_t holds_of_bucket(size_t bucket) { return g_holds[bucket].load(std::memory_order_relaxed); }

} // namespace tricolor::rt
