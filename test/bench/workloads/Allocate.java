//===- test/bench/workloads/Allocate.java - Objects that are allocated and dropped ------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What allocate.cpp does, in Java; there is said what the parts are. The
// classes have the fields that they have there; with the header they are larger.
//
//===------------------------------------------------------------------------------------------===//

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

public final class Allocate {
  static final int SLOTS = 8;
  static final int TARGETS = 64;
  static final int NODE_BYTES = 64;

  static final class Node {
    Node left;
    Node right;
    long number;
    long rest0, rest1, rest2, rest3, rest4;
  }

  static final Node[] targets = new Node[TARGETS];

  static Node makeTree(int count) {
    if (count == 0) {
      return null;
    }
    Node node = new Node();
    node.number = count;
    node.left = makeTree((count - 1) / 2);
    node.right = makeTree(count - 1 - (count - 1) / 2);
    return node;
  }

  static long checksum(Node node, long sum) {
    return node == null ? sum : checksum(node.right, checksum(node.left, sum * 31 + node.number));
  }

  static final class Referring16 {
    final Node reference;
    final long number;

    Referring16(long number) {
      this.reference = targets[(int) (number & (TARGETS - 1))];
      this.number = number;
    }
  }

  static final class Referring32 {
    final Node reference;
    final long number;
    long rest0, rest1;

    Referring32(long number) {
      this.reference = targets[(int) (number & (TARGETS - 1))];
      this.number = number;
    }
  }

  static final class Referring64 {
    final Node reference;
    final long number;
    long rest0, rest1, rest2, rest3, rest4, rest5;

    Referring64(long number) {
      this.reference = targets[(int) (number & (TARGETS - 1))];
      this.number = number;
    }
  }

  static final class Referring128 {
    final Node reference;
    final long number;
    long rest0, rest1, rest2, rest3, rest4, rest5, rest6, rest7, rest8, rest9, rest10, rest11, rest12, rest13;

    Referring128(long number) {
      this.reference = targets[(int) (number & (TARGETS - 1))];
      this.number = number;
    }
  }

  static final class Plain32 {
    final long number;
    long rest0, rest1, rest2;

    Plain32(long number) {
      this.number = number;
    }
  }

  static long makeAndDropReferring16(long count) {
    Referring16[] slots = new Referring16[SLOTS];
    for (int i = 0; i != SLOTS; ++i) {
      slots[i] = new Referring16(i);
    }
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int slot = (int) (i & (SLOTS - 1));
      sum += slots[slot].number;
      slots[slot] = new Referring16(i);
    }
    for (Referring16 object : slots) {
      sum = sum * 31 + object.number;
    }
    return sum;
  }

  static long makeAndDropReferring32(long count) {
    Referring32[] slots = new Referring32[SLOTS];
    for (int i = 0; i != SLOTS; ++i) {
      slots[i] = new Referring32(i);
    }
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int slot = (int) (i & (SLOTS - 1));
      sum += slots[slot].number;
      slots[slot] = new Referring32(i);
    }
    for (Referring32 object : slots) {
      sum = sum * 31 + object.number;
    }
    return sum;
  }

  static long makeAndDropReferring64(long count) {
    Referring64[] slots = new Referring64[SLOTS];
    for (int i = 0; i != SLOTS; ++i) {
      slots[i] = new Referring64(i);
    }
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int slot = (int) (i & (SLOTS - 1));
      sum += slots[slot].number;
      slots[slot] = new Referring64(i);
    }
    for (Referring64 object : slots) {
      sum = sum * 31 + object.number;
    }
    return sum;
  }

  static long makeAndDropReferring128(long count) {
    Referring128[] slots = new Referring128[SLOTS];
    for (int i = 0; i != SLOTS; ++i) {
      slots[i] = new Referring128(i);
    }
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int slot = (int) (i & (SLOTS - 1));
      sum += slots[slot].number;
      slots[slot] = new Referring128(i);
    }
    for (Referring128 object : slots) {
      sum = sum * 31 + object.number;
    }
    return sum;
  }

  static long makeAndDropPlain32(long count) {
    Plain32[] slots = new Plain32[SLOTS];
    for (int i = 0; i != SLOTS; ++i) {
      slots[i] = new Plain32(i);
    }
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int slot = (int) (i & (SLOTS - 1));
      sum += slots[slot].number;
      slots[slot] = new Plain32(i);
    }
    for (Plain32 object : slots) {
      sum = sum * 31 + object.number;
    }
    return sum;
  }

  public static void main(String[] arguments) {
    int threads = Integer.parseInt(arguments[2]);
    long count = Long.parseLong(arguments[3]);
    int nodes = (int) ((Long.parseLong(arguments[4]) << 20) / NODE_BYTES);
    LongUnaryOperator makeAndDrop;
    switch (arguments[0] + arguments[1]) {
      case "pointers16":
        makeAndDrop = Allocate::makeAndDropReferring16;
        break;
      case "pointers32":
        makeAndDrop = Allocate::makeAndDropReferring32;
        break;
      case "pointers64":
        makeAndDrop = Allocate::makeAndDropReferring64;
        break;
      case "pointers128":
        makeAndDrop = Allocate::makeAndDropReferring128;
        break;
      case "bytes32":
        makeAndDrop = Allocate::makeAndDropPlain32;
        break;
      default:
        throw new IllegalArgumentException("KIND SIZE is pointers 16, 32, 64, 128, or bytes 32");
    }
    Node live = makeTree(nodes);
    Random random = new Random();
    for (int i = 0; i != TARGETS; ++i) {
      for (Node node = live; node != null; node = random.below(2) != 0 ? node.left : node.right) {
        targets[i] = node;
      }
    }
    makeAndDrop.applyAsLong(count / 10);

    Measurement measurement = new Measurement();
    AtomicLong sum = new AtomicLong();
    Measurement.inThreads(threads, index -> sum.addAndGet(makeAndDrop.applyAsLong(count)));
    measurement.end();
    measurement.print(checksum(live, sum.get()), count * threads);
  }
}
