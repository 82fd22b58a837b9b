//===- test/bench/workloads/measurement.h - The measured section of a workload ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A workload prints one line of JSON: a checksum that is the same in every language, how many operations the
// measured section made, its seconds by the clock and of processor time of all threads, the cycles that ended
// in it, and what a collector tells beside. measurement.go and Measurement.java print the same.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_WORKLOADS_MEASUREMENT_H
#define TRICOLOR_TEST_BENCH_WORKLOADS_MEASUREMENT_H

#include "../clock.h"
#include "memory.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// The workload's argument `index`, counted from 1; ends the program if there is none.
inline const char *argument_text(int argc, char **argv, int index) {
  if (index >= argc) {
    std::fprintf(stderr, "%s: argument %d is missing\n", argv[0], index);
    std::exit(2);
  }
  return argv[index];
}

inline std::uint64_t argument(int argc, char **argv, int index) {
  return std::strtoull(argument_text(argc, argv, index), nullptr, 10);
}

#if defined(BENCH_TRICOLOR)
/// What the statistics have of these: a runtime without one of them does not print it.
template <class Statistics>
void print_collector(const Statistics &before, const Statistics &after) {
  auto difference = [](const char *name, std::uint64_t from, std::uint64_t to) {
    std::printf(", \"%s\": %llu", name, static_cast<unsigned long long>(to - from));
  };
  if constexpr (requires { after.collector_cpu_ns; })
    difference("collector_cpu_ns", before.collector_cpu_ns, after.collector_cpu_ns);
  if constexpr (requires { after.mark_cpu_ns; })
    difference("mark_cpu_ns", before.mark_cpu_ns, after.mark_cpu_ns);
  if constexpr (requires { after.sweep_cpu_ns; })
    difference("sweep_cpu_ns", before.sweep_cpu_ns, after.sweep_cpu_ns);
  if constexpr (requires { after.metadata_bytes; })
    difference("metadata_bytes", 0, after.metadata_bytes);
  difference("heap_sys_bytes", 0, after.heap_sys_bytes);
}
#endif

/// From its construction to end().
class Measurement {
public:
  Measurement()
      : collections_(collections()), cpu_(nanoseconds(CLOCK_PROCESS_CPUTIME_ID)), begin_(now()) {}

  void end() {
    end_ = now();
    cpu_ = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_;
    collections_ = collections() - collections_;
  }

  /// `thread_cpu_ns`: processor time of the one thread that the operations were made by, if that is what counts.
  void print(std::uint64_t checksum, std::uint64_t operations,
             std::uint64_t thread_cpu_ns = 0) const {
    std::printf(
        "{\"checksum\": \"%016llx\", \"operations\": %llu, \"seconds\": %.9f, \"cpu\": %.9f, "
        "\"collections\": %llu",
        static_cast<unsigned long long>(checksum), static_cast<unsigned long long>(operations),
        static_cast<double>(end_ - begin_) / 1e9, static_cast<double>(cpu_) / 1e9,
        static_cast<unsigned long long>(collections_));
    if (thread_cpu_ns)
      std::printf(", \"thread_cpu\": %.9f", static_cast<double>(thread_cpu_ns) / 1e9);
#if defined(BENCH_TRICOLOR)
    print_collector(statistics_, tricolor::stats());
#endif
    std::printf("}\n");
  }

private:
#if defined(BENCH_TRICOLOR)
  tricolor::statistics statistics_ = tricolor::stats();
#endif
  std::uint64_t collections_, cpu_, begin_, end_ = 0;
};

#endif // TRICOLOR_TEST_BENCH_WORKLOADS_MEASUREMENT_H
