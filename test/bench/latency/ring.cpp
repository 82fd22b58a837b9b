//===- test/bench/latency/ring.cpp - A ring of messages, and the time of each push ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   ring PUSHES WARM-UP HEAP-MIB
//
// Each push makes a message of 1 KiB and puts it in a ring of 200,000 in place of the oldest; the time from
// push to push is what is measured. HEAP-MIB MiB of nodes of 64 bytes, linked at random, are alive
// meanwhile. ring.go and Ring.java do the same, and print the same checksums; test/bench/latency.py builds,
// runs and compares them.
//
//===------------------------------------------------------------------------------------------===//

#include "../linked_nodes.h"
#include "histogram.h"

#include <tricolor/tricolor.h>

#include <algorithm>
#include <cstdlib>

namespace {

std::uint64_t checksum(const Node *node, std::uint64_t sum) {
  if (!node)
    return sum;
  sum = sum * 31 + node->number + 1;
  return checksum(node->right, checksum(node->left, sum));
}

void push(unsigned char **ring, std::uint64_t number) {
  auto *message = tricolor::make_array<unsigned char>(MessageBytes);
  fill(message, number);
  ring[number % Slots] = message;
}

/// Pushes the messages from `first` on. The time of a push ends where that of the next begins, so no pause
/// falls between two.
void push_all(unsigned char **ring, std::uint64_t first, std::uint64_t count,
              Histogram &histogram) {
  std::uint64_t before = now();
  for (std::uint64_t number = first; number != first + count; ++number) {
    push(ring, number);
    std::uint64_t after = now();
    histogram.record(after - before, number);
    before = after;
  }
}

std::uint64_t checksum(unsigned char *const *ring, std::uint64_t pushed) {
  std::uint64_t sum = 0;
  for (std::uint64_t number = pushed > Slots ? pushed - Slots : 0; number != pushed; ++number) {
    const unsigned char *message = ring[number % Slots];
    if (!message || !intact(message, number)) {
      std::fprintf(stderr, "ring: message %llu is not what was pushed\n",
                   static_cast<unsigned long long>(number));
      std::exit(1);
    }
    for (std::size_t i = 0; i != MessageBytes; i += sizeof(std::uint64_t)) {
      std::uint64_t word;
      std::memcpy(&word, message + i, sizeof word);
      sum = sum * 31 + word;
    }
  }
  return sum;
}

Histogram warm_up_times, times;

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: ring PUSHES WARM-UP HEAP-MIB\n");
    return 2;
  }
  std::uint64_t pushes = std::strtoull(argv[1], nullptr, 10);
  std::uint64_t warm_up = std::strtoull(argv[2], nullptr, 10);
  std::size_t nodes = std::strtoull(argv[3], nullptr, 10) * (std::size_t{1} << 20) / sizeof(Node);
  fill_ramp();

  std::uint64_t start = now();
  Node *heap = build_tree(nodes, Order::Random);
  unsigned char **ring = tricolor::make_array<unsigned char *>(Slots);
  tricolor::collect();
  push_all(ring, 0, warm_up, warm_up_times);

  tricolor::statistics before = tricolor::stats();
  std::uint64_t begin_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  std::uint64_t begin = now();
  push_all(ring, warm_up, pushes, times);
  std::uint64_t end = now();
  std::uint64_t end_cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  tricolor::statistics after = tricolor::stats();

  std::uint64_t collections = after.collections - before.collections;
  std::printf("{\"pushes\": %llu, \"total_ns\": %llu, \"cpu_ns\": %llu, \"build_ns\": %llu, ",
              static_cast<unsigned long long>(pushes), static_cast<unsigned long long>(end - begin),
              static_cast<unsigned long long>(end_cpu - begin_cpu),
              static_cast<unsigned long long>(begin - start));
  times.print();
  std::printf(", \"collections\": %llu, \"pause_total_ns\": %llu, \"pauses_ns\": [",
              static_cast<unsigned long long>(collections),
              static_cast<unsigned long long>(after.pause_total_ns - before.pause_total_ns));
  for (std::size_t i = 0; i != std::min<std::size_t>(collections, after.pauses_ns.size()); ++i)
    std::printf("%s%llu", i ? ", " : "", static_cast<unsigned long long>(after.pauses_ns[i]));
  std::printf("], \"holds\": [");
  const char *separator = "";
  for (std::size_t i = 0; i != after.holds.size(); ++i) {
    if (std::uint64_t count = after.holds[i] - before.holds[i]) {
      std::printf("%s[%llu, %llu, %llu]", separator,
                  static_cast<unsigned long long>(tricolor_hold_ns(i)),
                  static_cast<unsigned long long>(tricolor_hold_ns(i + 1) - 1),
                  static_cast<unsigned long long>(count));
      separator = ", ";
    }
  }
  std::printf("], \"ring_checksum\": \"%016llx\", \"heap_checksum\": \"%016llx\"}\n",
              static_cast<unsigned long long>(checksum(ring, warm_up + pushes)),
              static_cast<unsigned long long>(checksum(heap, 0)));
}
