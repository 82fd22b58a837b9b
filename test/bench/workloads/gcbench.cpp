//===- test/bench/workloads/gcbench.cpp - GCBench of Ellis, Kovac and Boehm -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   gcbench DEPTH
//
// The original has DEPTH 16: it stretches the heap with a tree of DEPTH + 2, keeps a tree of DEPTH and an array of
// 500,000 doubles (here 500,000 * 2^(DEPTH - 16)), and beside them makes trees of depth 4, 6, ... DEPTH, from the
// root down, which stores into older nodes, and from the leaves up. An operation is a node.
//
//===------------------------------------------------------------------------------------------===//

#include "measurement.h"

namespace {

struct Node : Object {
  Node() = default;
  Node(Node *l, Node *r) : left(l), right(r) {}
  Node *left = nullptr;
  Node *right = nullptr;
  std::int32_t i = 0;
  std::int32_t j = 0;
};

std::uint64_t tree_size(unsigned depth) { return (std::uint64_t{2} << depth) - 1; }

/// From the root down.
void populate(unsigned depth, Node *node) {
  if (depth == 0)
    return;
  node->left = make<Node>();
  node->right = make<Node>();
  populate(depth - 1, node->left);
  populate(depth - 1, node->right);
}

/// From the leaves up.
Node *make_tree(unsigned depth) {
  if (depth == 0)
    return make<Node>();
  Node *left = make_tree(depth - 1);
  Node *right = make_tree(depth - 1);
  return make<Node>(left, right);
}

void drop_tree(Node *node) {
  if constexpr (freeing == Freeing::ByHand) {
    if (!node)
      return;
    drop_tree(node->left);
    drop_tree(node->right);
    drop(node);
  }
}

std::uint64_t count(const Node *node) {
  return node ? 1 + count(node->left) + count(node->right) : 0;
}

} // namespace

int main(int argc, char **argv) {
  auto depth = static_cast<unsigned>(argument(argc, argv, 1));
  std::size_t length = depth > 16 ? std::size_t{500'000} << (depth - 16) : 500'000;
  initialize_memory();

  Measurement measurement;
  Node *stretch = make_tree(depth + 2);
  std::uint64_t sum = stretch->right != nullptr;
  drop_tree(stretch);
  auto *long_lived = make<Node>();
  populate(depth, long_lived);
  double *array = make_array<double>(length);
  for (std::size_t i = 1; i < length / 2; ++i)
    array[i] = 1.0 / static_cast<double>(i);
  std::uint64_t nodes = tree_size(depth + 2) + tree_size(depth);
  for (unsigned d = 4; d <= depth; d += 2) {
    std::uint64_t trees = 2 * tree_size(depth + 2) / tree_size(d);
    for (std::uint64_t i = 0; i != trees; ++i) {
      auto *tree = make<Node>();
      populate(d, tree);
      sum += tree->left != nullptr;
      drop_tree(tree);
    }
    for (std::uint64_t i = 0; i != trees; ++i) {
      Node *tree = make_tree(d);
      sum += tree->right != nullptr;
      drop_tree(tree);
    }
    nodes += 2 * trees * tree_size(d);
    sum *= 31;
  }
  sum += count(long_lived) + static_cast<std::uint64_t>(array[1000] * 1e6);
  drop_tree(long_lived);
  drop_array(array);
  measurement.end();
  measurement.print(sum, nodes);
}
