//===- test/bench/workloads/Graph.java - A graph of small nodes -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What graph.h has, in Java; there is said what the parts are. A node is 80 bytes with its header, or less where references are
// compressed.
//
//===------------------------------------------------------------------------------------------===//

final class Graph {
  static final int NODE_BYTES = 64;

  static final class Node {
    long number;
    Node edge0, edge1, edge2, edge3;
    long rest0, rest1, rest2;

    void setEdge(int index, Node target) {
      switch (index) {
        case 0:
          edge0 = target;
          break;
        case 1:
          edge1 = target;
          break;
        case 2:
          edge2 = target;
          break;
        default:
          edge3 = target;
      }
    }
  }

  static Node make(int count) {
    Node[] nodes = new Node[count];
    for (int i = 0; i != count; ++i) {
      nodes[i] = new Node();
    }
    Random random = new Random();
    for (int i = count - 1; i != 0; --i) {
      int j = random.below(i + 1);
      Node node = nodes[i];
      nodes[i] = nodes[j];
      nodes[j] = node;
    }
    for (int i = 0; i != count; ++i) {
      Node node = nodes[i];
      node.number = i;
      int edges = 2 + random.below(3);
      for (int k = 0; k != edges; ++k) {
        int child = 2 * i + 1 + k;
        int target = k < 2 && child < count ? child : random.below(count);
        node.setEdge(k, nodes[target]);
        node.rest0 += target;
      }
    }
    return nodes[0];
  }

  static long checksum(Node node, int number, int count, long sum) {
    sum = sum * 31 + node.number + node.rest0 * 7;
    int child = 2 * number + 1;
    if (child < count) {
      sum = checksum(node.edge0, child, count, sum);
    }
    if (child + 1 < count) {
      sum = checksum(node.edge1, child + 1, count, sum);
    }
    return sum;
  }
}
