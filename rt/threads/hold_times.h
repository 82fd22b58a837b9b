//===- rt/threads/hold_times.h - How long mutators were held ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A histogram of every time that a mutator was held for the collector: its answer to a handshake, or the leader's for it
// while it is parked, and each stop of the world for marking's sake,
// once for all mutators; not the stops for checks that options ask for. Cutting each power of two into
// eight, a bucket is at most an eighth wide.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_HOLD_TIMES_H
#define TRICOLOR_RT_THREADS_HOLD_TIMES_H

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

// The last bucket begins at some 16 seconds, and has all above.
constexpr size_t kHoldBuckets = 256;

// Log base 2 of how many buckets a power of two has. More: finer; fewer: a longer range.
constexpr unsigned kHoldBits = 3;

constexpr size_t hold_bucket(uint64_t nanoseconds) {
  int top = 63 - __builtin_clzll(nanoseconds | 1);
  unsigned shift = top > static_cast<int>(kHoldBits) ? static_cast<unsigned>(top) - kHoldBits : 0;
  return std::min<size_t>((size_t{shift} << kHoldBits) + (nanoseconds >> shift), kHoldBuckets - 1);
}

// The shortest time of a bucket, in nanoseconds.
constexpr uint64_t hold_bucket_begin(size_t bucket) {
  size_t shift = bucket >> kHoldBits ? (bucket >> kHoldBits) - 1 : 0;
  return static_cast<uint64_t>(bucket - (shift << kHoldBits)) << shift;
}

// Any thread; async-signal-safe.
void count_hold(uint64_t nanoseconds);
uint64_t holds_of_bucket(size_t bucket);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_HOLD_TIMES_H
