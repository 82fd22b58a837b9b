//===- test/bench/workloads/Gcbench.java - GCBench of Ellis, Kovac and Boehm ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What gcbench.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

public final class Gcbench {
  static final class Node {
    Node left;
    Node right;
    int i;
    int j;

    long count() {
      return 1 + (left == null ? 0 : left.count()) + (right == null ? 0 : right.count());
    }
  }

  static long treeSize(int depth) {
    return (2L << depth) - 1;
  }

  static void populate(int depth, Node node) {
    if (depth == 0) {
      return;
    }
    node.left = new Node();
    node.right = new Node();
    populate(depth - 1, node.left);
    populate(depth - 1, node.right);
  }

  static Node makeTree(int depth) {
    if (depth == 0) {
      return new Node();
    }
    Node left = makeTree(depth - 1);
    Node right = makeTree(depth - 1);
    Node node = new Node();
    node.left = left;
    node.right = right;
    return node;
  }

  static int present(Node node) {
    return node == null ? 0 : 1;
  }

  public static void main(String[] arguments) {
    int depth = Integer.parseInt(arguments[0]);
    int length = depth > 16 ? 500000 << (depth - 16) : 500000;

    Measurement measurement = new Measurement();
    long sum = present(makeTree(depth + 2).right);
    Node longLived = new Node();
    populate(depth, longLived);
    double[] array = new double[length];
    for (int i = 1; i < length / 2; ++i) {
      array[i] = 1.0 / i;
    }
    long nodes = treeSize(depth + 2) + treeSize(depth);
    for (int d = 4; d <= depth; d += 2) {
      long trees = 2 * treeSize(depth + 2) / treeSize(d);
      for (long i = 0; i != trees; ++i) {
        Node tree = new Node();
        populate(d, tree);
        sum += present(tree.left);
      }
      for (long i = 0; i != trees; ++i) {
        sum += present(makeTree(d).right);
      }
      nodes += 2 * trees * treeSize(d);
      sum *= 31;
    }
    sum += longLived.count() + (long) (array[1000] * 1e6);
    measurement.end();
    measurement.print(sum, nodes);
  }
}
