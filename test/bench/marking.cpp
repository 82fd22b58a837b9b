//===- test/bench/marking.cpp - Nanoseconds an object ---------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   marking [MIB [CYCLES [SHAPE]]]
//
// Collects MIB (1024) MiB of nodes of 64 bytes CYCLES (3) times with collect(), and prints the processor time of the process
// for each node and cycle: marking, and a little for sweeping. Shapes, all of them unless one is named: "random", a tree
// whose nodes lie at random places, which caches do not help with; "in-order", one whose nodes lie as they were made, level by
// level; "graph", nodes at random places with 2 to 4 edges each (workloads/graph.h).
//
//   clang++-22 -O2 -std=c++20 -fplugin=BUILD/TricolorClang.so -I rt/include test/bench/marking.cpp
//       -o marking BUILD/libtricolor.a -lpthread -ldl
//
//===------------------------------------------------------------------------------------------===//

#define BENCH_TRICOLOR
#include "clock.h"
#include "linked_nodes.h"
#include "workloads/graph.h"

#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

GraphNode *build_graph(std::size_t count) {
  GraphNode **nodes = make_array<GraphNode *>(count);
  for (std::size_t i = 0; i != count; ++i)
    nodes[i] = make<GraphNode>();
  return link_graph(nodes, count);
}

void measure(const char *name, std::size_t count, unsigned cycles) {
  void *root =
      std::strcmp(name, "graph") == 0
          ? static_cast<void *>(build_graph(count))
          : build_tree(count, std::strcmp(name, "random") == 0 ? Order::Random : Order::AsMade);
  tricolor::collect();
  for (unsigned i = 0; i != cycles; ++i) {
    std::uint64_t cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID), wall = nanoseconds(CLOCK_MONOTONIC);
    tricolor::collect();
    cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = nanoseconds(CLOCK_MONOTONIC) - wall;
    std::printf("%s: %.1f ns of processor a node, %.1f ms in all\n", name,
                static_cast<double>(cpu) / static_cast<double>(count),
                static_cast<double>(wall) / 1e6);
  }
  tricolor::keep_alive(root);
}

} // namespace

int main(int argc, char **argv) {
  std::size_t mib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1024;
  unsigned cycles = argc > 2 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)) : 3;
  std::size_t count = (mib << 20) / sizeof(Node);
  for (const char *shape : {"random", "in-order", "graph"})
    if (argc <= 3 || std::strcmp(argv[3], shape) == 0)
      measure(shape, count, cycles);
}
