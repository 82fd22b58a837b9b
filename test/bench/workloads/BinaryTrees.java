//===- test/bench/workloads/BinaryTrees.java - The benchmark game's binary trees --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What binary_trees.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

import java.util.concurrent.atomic.AtomicLong;

public final class BinaryTrees {
  static final int LEAST = 4;

  static final class Node {
    Node left;
    Node right;

    long count() {
      return left == null ? 1 : 1 + left.count() + right.count();
    }
  }

  static Node makeTree(int depth) {
    Node node = new Node();
    if (depth != 0) {
      node.left = makeTree(depth - 1);
      node.right = makeTree(depth - 1);
    }
    return node;
  }

  public static void main(String[] arguments) {
    int depth = Math.max(Integer.parseInt(arguments[0]), LEAST + 2);
    int threads = Integer.parseInt(arguments[1]);

    Measurement measurement = new Measurement();
    long total = makeTree(depth + 1).count();
    long sum = total;
    Node longLived = makeTree(depth);
    for (int d = LEAST; d <= depth; d += 2) {
      int each = d;
      int trees = 1 << (depth - d + LEAST);
      AtomicLong nodes = new AtomicLong();
      Measurement.inThreads(threads, index -> {
        long mine = 0;
        for (int i = index; i < trees; i += threads) {
          mine += makeTree(each).count();
        }
        nodes.addAndGet(mine);
      });
      total += nodes.get();
      sum = sum * 31 + nodes.get();
    }
    long left = longLived.count();
    measurement.end();
    measurement.print(sum * 31 + left, total + left);
  }
}
