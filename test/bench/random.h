//===- test/bench/random.h - The random numbers of the benches ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// ring.go, Ring.java and the workloads in Go and Java have the same.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_RANDOM_H
#define TRICOLOR_TEST_BENCH_RANDOM_H

#include <cstddef>
#include <cstdint>

/// xorshift64.
struct Random {
  std::uint64_t state = 88172645463325252;
  std::size_t below(std::size_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::size_t>((state >> 33) % limit);
  }
};

#endif // TRICOLOR_TEST_BENCH_RANDOM_H
