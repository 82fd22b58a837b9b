//===- test/bench/workloads/PointerWrites.java - Stores of references into objects ------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What pointer_writes.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

public final class PointerWrites {
  static final int OBJECTS = 256;
  static volatile boolean stop;

  static void store(Graph.Node[] table, long count) {
    long target = 1;
    for (long i = 0; i != count; ++i) {
      table[(int) (i & (OBJECTS - 1))].edge0 = table[(int) (target & (OBJECTS - 1))];
      target += 7;
    }
  }

  public static void main(String[] arguments) {
    boolean marking = arguments[0].equals("marking");
    int nodes = (int) ((Long.parseLong(arguments[1]) << 20) / Graph.NODE_BYTES);
    long count = Long.parseLong(arguments[2]);
    Graph.Node heap = Graph.make(nodes);
    Graph.Node[] objects = new Graph.Node[OBJECTS];
    for (int i = 0; i != OBJECTS; ++i) {
      objects[i] = new Graph.Node();
      objects[i].number = i;
    }
    System.gc();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    Measurement.inThreads(marking ? 2 : 1, index -> {
      if (index == 1) {
        while (!stop) {
          System.gc();
        }
        return;
      }
      store(objects, count / 10);
      Measurement measurement = new Measurement();
      long cpu = threads.getCurrentThreadCpuTime();
      store(objects, count);
      cpu = threads.getCurrentThreadCpuTime() - cpu;
      measurement.end();
      stop = true;
      long sum = 0;
      for (Graph.Node object : objects) {
        sum = sum * 31 + object.edge0.number;
      }
      measurement.print(Graph.checksum(heap, 0, nodes, sum), count, cpu);
    });
  }
}
