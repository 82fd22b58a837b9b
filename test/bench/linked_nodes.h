//===- test/bench/linked_nodes.h - A heap of small linked objects -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the benchmarks keep alive: a tree of nodes of 64 bytes, at random places or in the order of making, or a graph of them.
// ring.go and Ring.java make the same tree with the same random numbers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_LINKED_NODES_H
#define TRICOLOR_TEST_BENCH_LINKED_NODES_H

#include <tricolor/tricolor.h>

#include <cstddef>
#include <cstdint>
#include <utility>

struct Node : tricolor::managed {
  Node *left = nullptr;
  Node *right = nullptr;
  std::uint64_t number = 0;
  std::uint64_t rest[5] = {};
};
static_assert(sizeof(Node) == 64);

enum class Order { Random, AsMade };

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

struct GraphNode : tricolor::managed {
  GraphNode *edges[4] = {};
  std::uint64_t rest[4] = {};
};
static_assert(sizeof(GraphNode) == 64);

/// `count` nodes at random places with 2 to 4 edges each: a binary tree's, and others to any node. Returns the tree's root.
inline GraphNode *build_graph(std::size_t count) {
  GraphNode **nodes = tricolor::make_array<GraphNode *>(count);
  for (std::size_t i = 0; i != count; ++i)
    nodes[i] = new GraphNode;
  Random random;
  for (std::size_t i = count - 1; i != 0; --i)
    std::swap(nodes[i], nodes[random.below(i + 1)]);
  for (std::size_t i = 0; i != count; ++i) {
    std::size_t edges = 2 + random.below(3);
    for (std::size_t edge = 0; edge != edges; ++edge) {
      std::size_t child = 2 * i + 1 + edge;
      nodes[i]->edges[edge] = nodes[edge < 2 && child < count ? child : random.below(count)];
    }
  }
  return nodes[0];
}

/// A complete binary tree of `count` nodes. Returns its root, null for no nodes.
inline Node *build_tree(std::size_t count, Order order) {
  if (count == 0)
    return nullptr;
  Node **nodes = tricolor::make_array<Node *>(count);
  for (std::size_t i = 0; i != count; ++i) {
    nodes[i] = new Node;
    nodes[i]->number = i;
  }
  Random random;
  if (order == Order::Random)
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

#endif // TRICOLOR_TEST_BENCH_LINKED_NODES_H
