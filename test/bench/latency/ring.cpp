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

#include "histogram.h"

#include <tricolor/tricolor.h>

#include <algorithm>
#include <cstdlib>

namespace {

struct Node : tricolor::managed {
  Node *left = nullptr;
  Node *right = nullptr;
  std::uint64_t number = 0;
  std::uint64_t rest[5] = {};
};
static_assert(sizeof(Node) == 64);

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

/// A complete binary tree of `count` nodes, each at a random place among all of them. Returns its root.
Node *build(std::size_t count) {
  if (count == 0)
    return nullptr;
  Node **nodes = tricolor::make_array<Node *>(count);
  for (std::size_t i = 0; i != count; ++i) {
    nodes[i] = new Node;
    nodes[i]->number = i;
  }
  Random random;
  for (std::size_t i = count - 1; i != 0; --i)
    std::swap(nodes[i], nodes[random.below(i + 1)]);
  for (std::size_t i = 0; i != count; ++i) {
    if (2 * i + 1 < count)
      nodes[i]->left = nodes[2 * i + 1];
    if (2 * i + 2 < count)
      nodes[i]->right = nodes[2 * i + 2];
  }
  return nodes[0];
}

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
  Node *heap = build(nodes);
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
  std::printf("], \"ring_checksum\": \"%016llx\", \"heap_checksum\": \"%016llx\"}\n",
              static_cast<unsigned long long>(checksum(ring, warm_up + pushes)),
              static_cast<unsigned long long>(checksum(heap, 0)));
}
