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

#include "random.h"

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
