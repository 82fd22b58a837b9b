//===- test/bench/workloads/binary_trees.cpp - The benchmark game's binary trees --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   binary_trees DEPTH THREADS
//
// Builds, counts and drops complete binary trees of depth 4, 6, ... DEPTH beside one that lives meanwhile. The trees
// of each depth are divided among the threads. An operation is a node.
//
//===------------------------------------------------------------------------------------------===//

#include "measurement.h"
#include "threads.h"

#include <algorithm>
#include <atomic>

namespace {

struct Node : Object {
  Node *left = nullptr;
  Node *right = nullptr;
};

Node *make_tree(unsigned depth) {
  auto *node = make<Node>();
  if (depth != 0) {
    node->left = make_tree(depth - 1);
    node->right = make_tree(depth - 1);
  }
  return node;
}

std::uint64_t count(const Node *node) {
  return node->left ? 1 + count(node->left) + count(node->right) : 1;
}

void drop_tree(Node *node) {
  if constexpr (freeing == Freeing::ByHand) {
    if (node->left) {
      drop_tree(node->left);
      drop_tree(node->right);
    }
    drop(node);
  }
}

/// Makes, counts and drops a tree.
std::uint64_t use_tree(unsigned depth) {
  Node *tree = make_tree(depth);
  std::uint64_t nodes = count(tree);
  drop_tree(tree);
  return nodes;
}

} // namespace

int main(int argc, char **argv) {
  constexpr unsigned Least = 4;
  unsigned depth = std::max(static_cast<unsigned>(argument(argc, argv, 1)), Least + 2);
  auto threads = static_cast<unsigned>(argument(argc, argv, 2));
  initialize_memory();

  Measurement measurement;
  std::uint64_t total = use_tree(depth + 1);
  std::uint64_t sum = total;
  Node *long_lived = make_tree(depth);
  for (unsigned d = Least; d <= depth; d += 2) {
    std::uint64_t trees = std::uint64_t{1} << (depth - d + Least);
    std::atomic<std::uint64_t> nodes = 0;
    in_threads(threads, [&](unsigned index) {
      std::uint64_t mine = 0;
      for (std::uint64_t i = index; i < trees; i += threads)
        mine += use_tree(d);
      nodes += mine;
    });
    total += nodes;
    sum = sum * 31 + nodes;
  }
  std::uint64_t left = count(long_lived);
  drop_tree(long_lived);
  measurement.end();
  measurement.print(sum * 31 + left, total + left);
}
