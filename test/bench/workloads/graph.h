//===- test/bench/workloads/graph.h - A graph of small nodes ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What full_mark.cpp has a collector mark, and bare_marker.cpp marks without one. full_mark.go and FullMark.java make the same graph
// with the same random numbers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_WORKLOADS_GRAPH_H
#define TRICOLOR_TEST_BENCH_WORKLOADS_GRAPH_H

#include "../random.h"
#include "memory.h"

#include <cstddef>
#include <cstdint>
#include <utility>

/// 64 bytes with two to four edges to nodes at random places. The first two of the upper half of the nodes make a tree
/// of all, so that all can be reached from the root.
struct GraphNode : Object {
  std::uint64_t number = 0;
  GraphNode *edges[4] = {};
  std::uint64_t rest[3] = {};
};
static_assert(sizeof(GraphNode) == 64);

/// Links the nodes, in the order in which they were made; returns the root. Shuffles the array.
inline GraphNode *link_graph(GraphNode **nodes, std::size_t count) {
  Random random;
  for (std::size_t i = count - 1; i != 0; --i)
    std::swap(nodes[i], nodes[random.below(i + 1)]);
  for (std::size_t i = 0; i != count; ++i) {
    GraphNode *node = nodes[i];
    node->number = i;
    std::size_t edges = 2 + random.below(3);
    for (std::size_t k = 0; k != edges; ++k) {
      std::size_t child = 2 * i + 1 + k;
      std::size_t target = k < 2 && child < count ? child : random.below(count);
      node->edges[k] = nodes[target];
      node->rest[0] += target;
    }
  }
  return nodes[0];
}

/// Of the tree from `node`, which has the number `number`, of `count` nodes.
inline std::uint64_t graph_checksum(const GraphNode *node, std::size_t number, std::size_t count,
                                    std::uint64_t sum) {
  sum = sum * 31 + node->number + node->rest[0] * 7;
  for (std::size_t k = 0; k != 2; ++k)
    if (2 * number + 1 + k < count)
      sum = graph_checksum(node->edges[k], 2 * number + 1 + k, count, sum);
  return sum;
}

#endif // TRICOLOR_TEST_BENCH_WORKLOADS_GRAPH_H
