//===- test/bench/latency/idle.cpp - What the machine does to a loop that allocates nothing --------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   idle SECONDS
//
// The loop of ring.cpp without a collector and without allocation: each push overwrites the oldest message.
// What takes long here takes long because of the machine. Runs for as long as a program of the bench does,
// since the longest time grows with that. Built without the plugin by test/bench/latency.py.
//
//===------------------------------------------------------------------------------------------===//

#include "histogram.h"

#include <cstdlib>
#include <vector>

namespace {
Histogram times;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: idle SECONDS\n");
    return 2;
  }
  auto length = static_cast<std::uint64_t>(std::strtod(argv[1], nullptr) * 1e9);
  fill_ramp();
  std::vector<unsigned char> messages(Slots * MessageBytes);
  std::uint64_t pushes = 0;

  std::uint64_t begin_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  std::uint64_t begin = now();
  std::uint64_t before = begin;
  while (before - begin < length) {
    fill(messages.data() + pushes % Slots * MessageBytes, pushes);
    std::uint64_t after = now();
    times.record(after - before, pushes);
    before = after;
    ++pushes;
  }
  std::uint64_t end_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);

  for (std::uint64_t number = pushes > Slots ? pushes - Slots : 0; number != pushes; ++number) {
    if (!intact(messages.data() + number % Slots * MessageBytes, number)) {
      std::fprintf(stderr, "idle: message %llu is not what was pushed\n",
                   static_cast<unsigned long long>(number));
      return 1;
    }
  }
  std::printf("{\"pushes\": %llu, \"total_ns\": %llu, \"cpu_ns\": %llu, ",
              static_cast<unsigned long long>(pushes),
              static_cast<unsigned long long>(before - begin),
              static_cast<unsigned long long>(end_cpu - begin_cpu));
  times.print();
  std::printf("}\n");
}
