//===- test/bench/workloads/FullMark.java - Collections of a heap that is alive ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What full_mark.cpp does, in Java; there is said what the parts are. A cycle also compacts.
//
//===------------------------------------------------------------------------------------------===//

public final class FullMark {
  public static void main(String[] arguments) {
    int count = (int) ((Long.parseLong(arguments[0]) << 20) / Graph.NODE_BYTES);
    int cycles = Integer.parseInt(arguments[1]);
    Graph.Node root = Graph.make(count);
    System.gc();

    Measurement measurement = new Measurement();
    for (int i = 0; i != cycles; ++i) {
      System.gc();
    }
    measurement.end();
    measurement.print(Graph.checksum(root, 0, count, 0), (long) count * cycles);
  }
}
