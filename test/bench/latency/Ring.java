//===- test/bench/latency/Ring.java - A ring of messages, and the time of each push ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What ring.cpp does, in Java. The parts have the names that they have there, and there is said what they are.
// Instead of the pauses it prints when the measurement began and ended; test/bench/latency.py takes those
// safepoints between from the log of the virtual machine, which has the same clock.
//
//===------------------------------------------------------------------------------------------===//

import com.sun.management.OperatingSystemMXBean;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Arrays;

public final class Ring {
  static final int MESSAGE_BYTES = 1024;
  static final int SLOTS = 200000;
  static final int NODE_BYTES = 64;
  static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final class Histogram {
    static final int BITS = 6;
    final long[] counts = new long[(65 - BITS) << BITS];
    long max;
    long maxPush;

    static int bucket(long time) {
      int shift = Math.max(63 - Long.numberOfLeadingZeros(time | 1) - BITS, 0);
      return (shift << BITS) + (int) (time >> shift);
    }

    static long lowest(int bucket) {
      int shift = Math.max((bucket >> BITS) - 1, 0);
      return (long) (bucket - (shift << BITS)) << shift;
    }

    void record(long time, long push) {
      ++counts[bucket(time)];
      if (time > max) {
        max = time;
        maxPush = push;
      }
    }

    String list() {
      StringBuilder list = new StringBuilder();
      for (int i = 0; i != counts.length; ++i) {
        if (counts[i] != 0) {
          list.append(list.length() == 0 ? "" : ", ")
              .append(String.format("[%d, %d, %d]", lowest(i), lowest(i + 1) - 1, counts[i]));
        }
      }
      return "[" + list + "]";
    }
  }

  // The fields of the other languages' nodes, 64 bytes. With the header, where references are compressed (G1),
  // it is 72 bytes, else 80.
  static final class Node {
    Node left;
    Node right;
    long number;
    long rest0, rest1, rest2, rest3, rest4;
  }

  static final class Random {
    long state = 88172645463325252L;

    int below(int limit) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      return (int) ((state >>> 33) % limit);
    }
  }

  static Node build(int count) {
    if (count == 0) {
      return null;
    }
    Node[] nodes = new Node[count];
    for (int i = 0; i != count; ++i) {
      nodes[i] = new Node();
      nodes[i].number = i;
    }
    Random random = new Random();
    for (int i = count - 1; i != 0; --i) {
      int j = random.below(i + 1);
      Node node = nodes[i];
      nodes[i] = nodes[j];
      nodes[j] = node;
    }
    for (int i = 0; i != count; ++i) {
      if (2 * i + 1 < count) {
        nodes[i].left = nodes[2 * i + 1];
      }
      if (2 * i + 2 < count) {
        nodes[i].right = nodes[2 * i + 2];
      }
    }
    return nodes[0];
  }

  static long checksum(Node node, long sum) {
    if (node == null) {
      return sum;
    }
    sum = sum * 31 + node.number + 1;
    return checksum(node.right, checksum(node.left, sum));
  }

  static final byte[] RAMP = new byte[MESSAGE_BYTES + 256];

  static void push(byte[][] ring, long number) {
    byte[] message = new byte[MESSAGE_BYTES];
    System.arraycopy(RAMP, (int) (number % 256), message, 0, MESSAGE_BYTES);
    WORD.set(message, 0, number);
    ring[(int) (number % SLOTS)] = message;
  }

  static void pushAll(byte[][] ring, long first, long count, Histogram histogram) {
    long before = System.nanoTime();
    for (long number = first; number != first + count; ++number) {
      push(ring, number);
      long after = System.nanoTime();
      histogram.record(after - before, number);
      before = after;
    }
  }

  static boolean intact(byte[] message, long number) {
    int from = (int) (number % 256);
    return message != null && (long) WORD.get(message, 0) == number
        && Arrays.equals(message, 8, MESSAGE_BYTES, RAMP, from + 8, from + MESSAGE_BYTES);
  }

  static long checksum(byte[][] ring, long pushed) {
    long sum = 0;
    for (long number = Math.max(pushed - SLOTS, 0); number != pushed; ++number) {
      byte[] message = ring[(int) (number % SLOTS)];
      if (!intact(message, number)) {
        System.err.println("ring: message " + number + " is not what was pushed");
        System.exit(1);
      }
      for (int i = 0; i != MESSAGE_BYTES; i += 8) {
        sum = sum * 31 + (long) WORD.get(message, i);
      }
    }
    return sum;
  }

  // Cycles, full or of a generation, since the start. A bean of ZGC's counts its pauses.
  static long collections() {
    long count = 0;
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += bean.getName().endsWith("Pauses") ? 0 : bean.getCollectionCount();
    }
    return count;
  }

  public static void main(String[] arguments) {
    if (arguments.length != 3) {
      System.err.println("usage: Ring PUSHES WARM-UP HEAP-MIB");
      System.exit(2);
    }
    long pushes = Long.parseLong(arguments[0]);
    long warmUp = Long.parseLong(arguments[1]);
    int nodes = (int) ((Long.parseLong(arguments[2]) << 20) / NODE_BYTES);
    for (int i = 0; i != RAMP.length; ++i) {
      RAMP[i] = (byte) i;
    }
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Histogram warmUpTimes = new Histogram();
    Histogram times = new Histogram();

    long start = System.nanoTime();
    Node heap = build(nodes);
    byte[][] ring = new byte[SLOTS][];
    System.gc();
    pushAll(ring, 0, warmUp, warmUpTimes);

    long collectionsBefore = collections();
    long beginProcessor = system.getProcessCpuTime();
    long begin = System.nanoTime();
    pushAll(ring, warmUp, pushes, times);
    long end = System.nanoTime();
    long endProcessor = system.getProcessCpuTime();
    long collections = collections() - collectionsBefore;

    System.out.printf("{\"pushes\": %d, \"total_ns\": %d, \"cpu_ns\": %d, \"build_ns\": %d, ", pushes,
        end - begin, endProcessor - beginProcessor, begin - start);
    System.out.printf("\"max_ns\": %d, \"max_push\": %d, \"histogram\": %s, ", times.max, times.maxPush,
        times.list());
    System.out.printf("\"collections\": %d, \"begin_ns\": %d, \"end_ns\": %d, ", collections, begin, end);
    System.out.printf("\"ring_checksum\": \"%016x\", \"heap_checksum\": \"%016x\"}%n",
        checksum(ring, warmUp + pushes), checksum(heap, 0));
  }
}
