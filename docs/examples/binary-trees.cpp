//===- docs/examples/binary-trees.cpp - The benchmark game's binary trees -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Builds and drops complete binary trees of growing depth beside one tree that lives for the whole
// run. The line formats and the arithmetic are those of the benchmark game.
//
//   binary-trees [DEPTH]     default 16
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <algorithm>

namespace {

struct Node : tricolor::managed {
  Node *left = nullptr;
  Node *right = nullptr;
};

Node *make_tree(int depth) {
  auto *node = new Node;
  if (depth > 0) {
    node->left = make_tree(depth - 1);
    node->right = make_tree(depth - 1);
  }
  return node;
}

long count_nodes(const Node *node) {
  return node->left ? 1 + count_nodes(node->left) + count_nodes(node->right) : 1;
}

// The nodes of a complete tree.
long tree_size(int depth) { return (2L << depth) - 1; }

} // namespace

int main(int argc, char **argv) {
  int depth = static_cast<int>(argument(argc, argv, 1, 16));
  int min_depth = std::clamp(depth - 2, 1, 4);
  int max_depth = std::max(min_depth + 2, depth);

  int stretch_depth = max_depth + 1;
  long count = count_nodes(make_tree(stretch_depth));
  std::printf("stretch tree of depth %d\t check: %ld\n", stretch_depth, count);
  check(count == tree_size(stretch_depth), "stretch tree has the wrong size", count);

  Node *long_lived = make_tree(max_depth);

  for (int d = min_depth; d <= max_depth; d += 2) {
    long iterations = 1L << (max_depth - d + min_depth);
    long total = 0;
    for (long i = 0; i < iterations; ++i)
      total += count_nodes(make_tree(d));
    std::printf("%ld\t trees of depth %d\t check: %ld\n", iterations, d, total);
    check(total == iterations * tree_size(d), "trees have the wrong size", d);
  }

  count = count_nodes(long_lived);
  std::printf("long lived tree of depth %d\t check: %ld\n", max_depth, count);
  check(count == tree_size(max_depth), "the long-lived tree has the wrong size", count);
  return finish();
}
