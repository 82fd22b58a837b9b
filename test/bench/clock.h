//===- test/bench/clock.h - Times in nanoseconds ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// For the C++ programs of the benches.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_CLOCK_H
#define TRICOLOR_TEST_BENCH_CLOCK_H

#include <cstdint>
#include <ctime>

inline std::uint64_t nanoseconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

inline std::uint64_t now() { return nanoseconds(CLOCK_MONOTONIC); }

#endif // TRICOLOR_TEST_BENCH_CLOCK_H
