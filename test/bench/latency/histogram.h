//===- test/bench/latency/histogram.h - How long pushes took ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the C++ programs of the latency bench have in common: the clock, the histogram of push times, and
// what a push writes. ring.go and Ring.java have the same under the same names; test/bench/latency.py
// reads what print() writes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_LATENCY_HISTOGRAM_H
#define TRICOLOR_TEST_BENCH_LATENCY_HISTOGRAM_H

#include "../clock.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

/// Counts of times in nanoseconds. Log-linear: each power of two is cut into 64 buckets of the same
/// width, so a bucket is at most 1.6 % wide; times below 128 ns are exact.
class Histogram {
public:
  void record(std::uint64_t time, std::uint64_t push) {
    ++counts_[bucket(time)];
    if (time > max_) {
      max_ = time;
      max_push_ = push;
    }
  }

  /// The longest time, the push that took it, and the buckets that are not empty: their lowest and
  /// highest time and the count.
  void print() const {
    std::printf("\"max_ns\": %llu, \"max_push\": %llu, \"histogram\": [",
                static_cast<unsigned long long>(max_), static_cast<unsigned long long>(max_push_));
    const char *separator = "";
    for (unsigned i = 0; i != Buckets; ++i) {
      if (!counts_[i])
        continue;
      std::printf("%s[%llu, %llu, %llu]", separator, static_cast<unsigned long long>(lowest(i)),
                  static_cast<unsigned long long>(lowest(i + 1) - 1),
                  static_cast<unsigned long long>(counts_[i]));
      separator = ", ";
    }
    std::printf("]");
  }

private:
  static constexpr unsigned Bits = 6;
  static constexpr unsigned Buckets = (65 - Bits) << Bits;

  static unsigned bucket(std::uint64_t time) {
    int top = 63 - __builtin_clzll(time | 1);
    unsigned shift = top > static_cast<int>(Bits) ? static_cast<unsigned>(top) - Bits : 0;
    return (shift << Bits) + static_cast<unsigned>(time >> shift);
  }
  static std::uint64_t lowest(unsigned bucket) {
    unsigned shift = bucket >> Bits ? (bucket >> Bits) - 1 : 0;
    return static_cast<std::uint64_t>(bucket - (shift << Bits)) << shift;
  }

  std::uint64_t counts_[Buckets] = {};
  std::uint64_t max_ = 0;
  std::uint64_t max_push_ = 0;
};

inline constexpr std::size_t MessageBytes = 1024;
inline constexpr std::uint64_t Slots = 200000;

/// The bytes 0 to 255, over and over: message n is 1 KiB of it from n % 256 on, with n in its first
/// eight bytes.
inline unsigned char ramp[MessageBytes + 256];

inline void fill_ramp() {
  for (std::size_t i = 0; i != sizeof ramp; ++i)
    ramp[i] = static_cast<unsigned char>(i);
}

inline void fill(unsigned char *message, std::uint64_t number) {
  std::memcpy(message, ramp + number % 256, MessageBytes);
  std::memcpy(message, &number, sizeof number);
}

/// Whether it holds what fill() has put there.
inline bool intact(const unsigned char *message, std::uint64_t number) {
  return std::memcmp(message, &number, sizeof number) == 0 &&
         std::memcmp(message + sizeof number, ramp + number % 256 + sizeof number,
                     MessageBytes - sizeof number) == 0;
}

#endif // TRICOLOR_TEST_BENCH_LATENCY_HISTOGRAM_H
