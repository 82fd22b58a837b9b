//===- test/bench/workloads/LruCache.java - A cache that forgets what was not used for longest ===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What lru_cache.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

public final class LruCache {
  static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final class Entry {
    Entry newer;
    Entry older;
    Entry chain;
    byte[] value;
    final long key;

    Entry(long key) {
      this.key = key;
    }
  }

  static byte[] makeValue(long key, long time) {
    byte[] value = new byte[64 + (int) (key % 192)];
    Arrays.fill(value, (byte) (key & 127));
    WORD.set(value, 0, time);
    return value;
  }

  final int capacity;
  final int bits;
  final Entry[] buckets;
  int size;
  Entry newest;
  Entry oldest;

  LruCache(int capacity) {
    int bits = 1;
    while (1L << bits < capacity) {
      ++bits;
    }
    this.capacity = capacity;
    this.bits = bits;
    buckets = new Entry[1 << bits];
  }

  int bucket(long key) {
    return (int) (key * 0x9e3779b97f4a7c15L >>> (64 - bits));
  }

  long lookUp(long key, long time) {
    Entry entry = buckets[bucket(key)];
    while (entry != null && entry.key != key) {
      entry = entry.chain;
    }
    if (entry == null) {
      return insert(key, time);
    }
    if (time % 10 == 0) {
      entry.value = makeValue(key, time);
    }
    unlink(entry);
    link(entry);
    return (long) WORD.get(entry.value, 0) * 2 + entry.value[8];
  }

  long insert(long key, long time) {
    if (size == capacity) {
      forget(oldest);
    } else {
      ++size;
    }
    Entry entry = new Entry(key);
    entry.value = makeValue(key, time);
    int bucket = bucket(key);
    entry.chain = buckets[bucket];
    buckets[bucket] = entry;
    link(entry);
    return 1;
  }

  void link(Entry entry) {
    entry.newer = null;
    entry.older = newest;
    if (newest != null) {
      newest.newer = entry;
    } else {
      oldest = entry;
    }
    newest = entry;
  }

  void unlink(Entry entry) {
    if (entry.newer != null) {
      entry.newer.older = entry.older;
    } else {
      newest = entry.older;
    }
    if (entry.older != null) {
      entry.older.newer = entry.newer;
    } else {
      oldest = entry.newer;
    }
  }

  void forget(Entry entry) {
    unlink(entry);
    int bucket = bucket(entry.key);
    if (buckets[bucket] == entry) {
      buckets[bucket] = entry.chain;
      return;
    }
    Entry before = buckets[bucket];
    while (before.chain != entry) {
      before = before.chain;
    }
    before.chain = entry.chain;
  }

  public static void main(String[] arguments) {
    int capacity = Integer.parseInt(arguments[0]);
    long count = Long.parseLong(arguments[1]);

    Measurement measurement = new Measurement();
    LruCache cache = new LruCache(capacity);
    Random random = new Random();
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      int key = random.below(random.below(8 * capacity) + 1);
      sum = sum * 31 + cache.lookUp(key, i);
    }
    long checksum = 0;
    for (Entry entry = cache.newest; entry != null; entry = entry.older) {
      checksum = checksum * 31 + entry.key;
    }
    measurement.end();
    measurement.print(sum + checksum, count);
  }
}
