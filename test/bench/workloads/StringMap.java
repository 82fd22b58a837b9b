//===- test/bench/workloads/StringMap.java - A flat map from strings to numbers ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What string_map.cpp does, in Java; there is said what the parts are. A table is one array for each
// member of an entry, as there.
//
//===------------------------------------------------------------------------------------------===//

import java.util.Arrays;

public final class StringMap {
  static final byte[] DIGITS = "0123456789abcdef".getBytes();

  static final class Key {
    final byte[] bytes = new byte[32];
    int length;
    int hash;

    Key set(long number) {
      long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
      mixed ^= mixed >>> 32;
      for (int i = 0; i != 16; ++i) {
        bytes[i] = DIGITS[(int) (mixed >>> (4 * i) & 15)];
      }
      length = 16 + (int) (number % 16);
      for (int i = 16; i != length; ++i) {
        bytes[i] = bytes[i - 16];
      }
      hash = 0x811c9dc5;
      for (int i = 0; i != length; ++i) {
        hash = (hash ^ bytes[i]) * 16777619;
      }
      hash |= 1;
      return this;
    }
  }

  static final class Map {
    final int mask;
    final int[] hashes;
    final byte[][] keys;
    final long[] values;

    Map(int entries) {
      long places = 16;
      while (places < entries * 3L / 2) {
        places *= 2;
      }
      mask = (int) places - 1;
      hashes = new int[(int) places];
      keys = new byte[(int) places][];
      values = new long[(int) places];
    }

    int home(int hash) {
      return (int) ((hash & 0xffffffffL) * 0x9e3779b97f4a7c15L >>> 20) & mask;
    }

    int placeOf(Key key) {
      for (int place = home(key.hash); hashes[place] != 0; place = (place + 1) & mask) {
        if (hashes[place] == key.hash
            && Arrays.equals(keys[place], 0, keys[place].length, key.bytes, 0, key.length)) {
          return place;
        }
      }
      throw new IllegalStateException("string_map: a key is missing");
    }

    void insert(Key key, long value) {
      int place = home(key.hash);
      while (hashes[place] != 0) {
        place = (place + 1) & mask;
      }
      hashes[place] = key.hash;
      keys[place] = Arrays.copyOf(key.bytes, key.length);
      values[place] = value;
    }

    long find(Key key) {
      return values[placeOf(key)];
    }

    void erase(Key key) {
      int hole = placeOf(key);
      for (int next = (hole + 1) & mask; hashes[next] != 0; next = (next + 1) & mask) {
        if (((next - home(hashes[next])) & mask) < ((next - hole) & mask)) {
          continue;
        }
        hashes[hole] = hashes[next];
        keys[hole] = keys[next];
        values[hole] = values[next];
        hole = next;
      }
      hashes[hole] = 0;
      keys[hole] = null;
    }

    long checksum() {
      long sum = 0;
      for (int i = 0; i <= mask; ++i) {
        if (hashes[i] != 0) {
          sum = sum * 31 + values[i] + keys[i][keys[i].length - 1];
        }
      }
      return sum;
    }
  }

  public static void main(String[] arguments) {
    int entries = Integer.parseInt(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    Key key = new Key();

    Measurement measurement = new Measurement();
    Map map = new Map(entries);
    long[] numbers = new long[entries];
    for (int i = 0; i != entries; ++i) {
      numbers[i] = i;
      map.insert(key.set(i), i);
    }
    Random random = new Random();
    long sum = 0;
    for (long i = 0; i != count; ++i) {
      sum = sum * 31 + map.find(key.set(numbers[random.below(entries)]));
      int chosen = random.below(entries);
      map.erase(key.set(numbers[chosen]));
      numbers[chosen] = entries + i;
      map.insert(key.set(numbers[chosen]), numbers[chosen]);
    }
    measurement.end();
    measurement.print(sum + map.checksum(), entries + 3 * count);
  }
}
