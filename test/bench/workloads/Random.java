//===- test/bench/workloads/Random.java - The random numbers of the workloads in Java ---------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What random.h has.
//
//===------------------------------------------------------------------------------------------===//

final class Random {
  private long state = 88172645463325252L;

  int below(int limit) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) ((state >>> 33) % limit);
  }
}
