//===- test/bench/workloads/machine.cpp - What this machine does at best ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   machine MIB
//
// Prints, in one line of JSON, the bandwidth of reading MIB MiB in order with one thread and with two, in GB a second, the time
// of a read from a random place in them, where each says where the next is, and that of touching a new page, in ns.
//
//===------------------------------------------------------------------------------------------===//

#include "../clock.h"
#include "../random.h"
#include "threads.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sys/mman.h>
#include <utility>
#include <vector>

namespace {

// Read by nobody: what is added up goes there, so that the compiler leaves the loop.
volatile std::uint64_t result;

double bandwidth(const std::vector<std::uint64_t> &words, unsigned threads) {
  std::uint64_t begin = now();
  in_threads(threads, [&](unsigned index) {
    std::size_t part = words.size() / threads;
    const std::uint64_t *from = words.data() + index * part;
    result = std::accumulate(from, from + part, std::uint64_t{0});
  });
  return static_cast<double>(words.size() * 8) / static_cast<double>(now() - begin);
}

double best_bandwidth(const std::vector<std::uint64_t> &words, unsigned threads) {
  double best = 0;
  for (unsigned i = 0; i != 3; ++i)
    best = std::max(best, bandwidth(words, threads));
  return best;
}

/// One cycle through all cache lines, at random (Sattolo's shuffle).
void link(std::vector<std::uint64_t> &words) {
  std::size_t lines = words.size() / 8;
  for (std::size_t i = 0; i != lines; ++i)
    words[i * 8] = i;
  Random random;
  for (std::size_t i = lines - 1; i != 0; --i)
    std::swap(words[i * 8], words[random.below(i) * 8]);
}

double read_latency(const std::vector<std::uint64_t> &words) {
  constexpr std::uint64_t Reads = 2'000'000;
  std::uint64_t line = 0, begin = now();
  for (std::uint64_t i = 0; i != Reads; ++i)
    line = words[line * 8];
  result = line;
  return static_cast<double>(now() - begin) / Reads;
}

double page_touch() {
  constexpr std::size_t Bytes = std::size_t{128} << 20, Page = 4096;
  void *memory = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    std::exit(1);
  }
  auto *bytes = static_cast<volatile unsigned char *>(memory);
  std::uint64_t begin = now();
  for (std::size_t i = 0; i != Bytes; i += Page)
    bytes[i] = 1;
  double time = static_cast<double>(now() - begin) / (Bytes / Page);
  munmap(memory, Bytes);
  return time;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: machine MIB\n");
    return 2;
  }
  std::vector<std::uint64_t> words(std::strtoull(argv[1], nullptr, 10) << 17, 1);
  double one = best_bandwidth(words, 1), two = best_bandwidth(words, 2);
  link(words);
  std::printf(
      "{\"bandwidth\": %.3f, \"bandwidth_2\": %.3f, \"latency_ns\": %.2f, \"page_ns\": %.1f}\n",
      one, two, read_latency(words), page_touch());
}
