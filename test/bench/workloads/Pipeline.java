//===- test/bench/workloads/Pipeline.java - Three threads that hand messages on ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What pipeline.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

public final class Pipeline {
  static final int BATCH_SIZE = 128;
  static final int QUEUE_SIZE = 16;

  static final class Message {
    byte[] payload;
    final long number;

    Message(long number) {
      this.number = number;
    }
  }

  // An empty one is the end.
  static final class Batch {
    final Message[] messages = new Message[BATCH_SIZE];
    int size;
  }

  final ArrayBlockingQueue<Batch> made = new ArrayBlockingQueue<>(QUEUE_SIZE);
  final ArrayBlockingQueue<Batch> changed = new ArrayBlockingQueue<>(QUEUE_SIZE);
  long sum;

  void produce(long count) throws InterruptedException {
    for (long i = 0; i < count;) {
      Batch batch = new Batch();
      for (; batch.size != BATCH_SIZE && i < count; ++i) {
        Message message = new Message(i);
        message.payload = new byte[32 + (int) (i % 128)];
        Arrays.fill(message.payload, (byte) i);
        batch.messages[batch.size++] = message;
      }
      made.put(batch);
    }
    made.put(new Batch());
  }

  void change() throws InterruptedException {
    for (Batch batch = made.take(); batch.size != 0; batch = made.take()) {
      for (int i = 0; i != batch.size; ++i) {
        Message message = batch.messages[i];
        byte[] payload = message.payload.clone();
        ++payload[0];
        ++payload[payload.length - 1];
        message.payload = payload;
      }
      changed.put(batch);
    }
    changed.put(new Batch());
  }

  void consume(int window) throws InterruptedException {
    Message[] kept = new Message[window];
    for (Batch batch = changed.take(); batch.size != 0; batch = changed.take()) {
      for (int i = 0; i != batch.size; ++i) {
        Message message = batch.messages[i];
        byte[] payload = message.payload;
        sum = sum * 31 + message.number + (payload[0] & 255) + (payload[payload.length - 1] & 255);
        int place = (int) (message.number % window);
        if (kept[place] != null) {
          byte[] old = kept[place].payload;
          sum += old[old.length / 2] & 255;
        }
        kept[place] = message;
      }
    }
    for (Message message : kept) {
      if (message != null) {
        sum = sum * 31 + message.number;
      }
    }
  }

  public static void main(String[] arguments) {
    long count = Long.parseLong(arguments[0]);
    int window = Integer.parseInt(arguments[1]);
    Pipeline pipeline = new Pipeline();

    Measurement measurement = new Measurement();
    Measurement.inThreads(3, index -> {
      try {
        if (index == 0) {
          pipeline.produce(count);
        } else if (index == 1) {
          pipeline.change();
        } else {
          pipeline.consume(window);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    measurement.end();
    measurement.print(pipeline.sum, count);
  }
}
