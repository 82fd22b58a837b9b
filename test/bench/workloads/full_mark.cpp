//===- test/bench/workloads/full_mark.cpp - Collections of a heap that is alive ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   full_mark MIB CYCLES
//
// Makes a graph of MIB MiB of nodes (graph.h), and collects it CYCLES times after once to warm up. How many
// threads mark is said from outside. An operation is a node that a collection has marked.
//
//===------------------------------------------------------------------------------------------===//

#include "graph.h"
#include "measurement.h"

namespace {

GraphNode *root;

/// Not inlined, so that nothing of the array is left in the frame of main.
[[gnu::noinline]] void build(std::size_t count) {
  GraphNode **nodes = make_array<GraphNode *>(count);
  for (std::size_t i = 0; i != count; ++i)
    nodes[i] = make<GraphNode>();
  root = link_graph(nodes, count);
  drop_array(nodes);
}

} // namespace

int main(int argc, char **argv) {
  std::size_t count = (argument(argc, argv, 1) << 20) / sizeof(GraphNode);
  std::uint64_t cycles = argument(argc, argv, 2);
  initialize_memory();
  build(count);
  collect();

  Measurement measurement;
  for (std::uint64_t i = 0; i != cycles; ++i)
    collect();
  measurement.end();
  measurement.print(graph_checksum(root, 0, count, 0), count * cycles);
}
