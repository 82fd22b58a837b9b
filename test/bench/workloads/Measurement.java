//===- test/bench/workloads/Measurement.java - The measured section of a workload in Java -----===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What threads.h and measurement.h are to the workloads in C++.
//
//===------------------------------------------------------------------------------------------===//

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

final class Measurement {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long collections = collections();
  private long cpu = SYSTEM.getProcessCpuTime();
  private final long begin = System.nanoTime();
  private long end;

  void end() {
    end = System.nanoTime();
    cpu = SYSTEM.getProcessCpuTime() - cpu;
    collections = collections() - collections;
  }

  void print(long checksum, long operations) {
    print(checksum, operations, 0);
  }

  // threadCpu: nanoseconds of the one thread that the operations were made by, if that is what counts.
  void print(long checksum, long operations, long threadCpu) {
    System.out.printf("{\"checksum\": \"%016x\", \"operations\": %d, \"seconds\": %.9f, \"cpu\": %.9f, "
        + "\"collections\": %d", checksum, operations, (end - begin) / 1e9, cpu / 1e9, collections);
    if (threadCpu != 0) {
      System.out.printf(", \"thread_cpu\": %.9f", threadCpu / 1e9);
    }
    System.out.println("}");
  }

  // Cycles, full or of a generation, since the start. A bean of ZGC's counts its pauses.
  private static long collections() {
    long count = 0;
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += bean.getName().endsWith("Pauses") ? 0 : bean.getCollectionCount();
    }
    return count;
  }

  // Calls body with 0 to count - 1, each in a thread of its own; of one in the calling thread.
  static void inThreads(int count, IntConsumer body) {
    if (count == 1) {
      body.accept(0);
      return;
    }
    Thread[] threads = new Thread[count];
    for (int i = 0; i != count; ++i) {
      int index = i;
      threads[i] = new Thread(() -> body.accept(index));
      threads[i].start();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
