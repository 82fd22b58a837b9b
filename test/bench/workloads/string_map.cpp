//===- test/bench/workloads/string_map.cpp - A flat map from strings to numbers ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   string_map ENTRIES COUNT
//
// A table of open addressing, twice as large as it is full at least, from strings of 16 to 31 bytes, each in memory of its own, to
// numbers. After ENTRIES strings have been put in, COUNT times one of them, chosen at random, is looked up, another
// one is erased and a new one put in. An operation is a lookup, an erasure or an insertion, the first ENTRIES
// included.
//
//===------------------------------------------------------------------------------------------===//

#include "../random.h"
#include "measurement.h"

#include <cstring>

namespace {

struct Text {
  unsigned char *bytes;
  std::size_t length;
};

/// The text of a number: 16 hexadecimal digits that look random, and some of them again.
struct Key {
  unsigned char bytes[32];
  std::size_t length;
  std::uint32_t hash;

  explicit Key(std::uint64_t number) {
    std::uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15;
    mixed ^= mixed >> 32;
    for (unsigned i = 0; i != 16; ++i)
      bytes[i] = static_cast<unsigned char>("0123456789abcdef"[mixed >> (4 * i) & 15]);
    length = 16 + number % 16;
    for (std::size_t i = 16; i != length; ++i)
      bytes[i] = bytes[i - 16];
    hash = 2166136261; // FNV-1a
    for (std::size_t i = 0; i != length; ++i)
      hash = (hash ^ bytes[i]) * 16777619;
    hash |= 1; // 0 is an empty place
  }
};

/// Linear probing. A place whose hash is 0 is empty; what follows an erased one moves up.
class Map {
public:
  explicit Map(std::size_t entries) {
    std::size_t places = 16;
    while (places < entries * 3 / 2)
      places *= 2;
    mask_ = places - 1;
    hashes_ = make_array<std::uint32_t>(places);
    keys_ = make_array<Text>(places);
    values_ = make_array<std::uint64_t>(places);
  }

  void insert(const Key &key, std::uint64_t value) {
    std::size_t place = home(key.hash);
    while (hashes_[place] != 0)
      place = (place + 1) & mask_;
    unsigned char *bytes = make_bytes(key.length);
    std::memcpy(bytes, key.bytes, key.length);
    hashes_[place] = key.hash;
    keys_[place] = {bytes, key.length};
    values_[place] = value;
  }

  /// Its value, which must be there.
  std::uint64_t find(const Key &key) const { return values_[place_of(key)]; }

  void erase(const Key &key) {
    std::size_t hole = place_of(key);
    drop_array(keys_[hole].bytes);
    for (std::size_t next = (hole + 1) & mask_; hashes_[next] != 0; next = (next + 1) & mask_) {
      // It may move up if its home is not behind the hole.
      if (((next - home(hashes_[next])) & mask_) < ((next - hole) & mask_))
        continue;
      hashes_[hole] = hashes_[next];
      keys_[hole] = keys_[next];
      values_[hole] = values_[next];
      hole = next;
    }
    hashes_[hole] = 0;
    keys_[hole] = {};
  }

  std::uint64_t checksum() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= mask_; ++i)
      if (hashes_[i] != 0)
        sum = sum * 31 + values_[i] + keys_[i].bytes[keys_[i].length - 1];
    return sum;
  }

private:
  std::size_t home(std::uint32_t hash) const {
    return hash * std::uint64_t{0x9e3779b97f4a7c15} >> 20 & mask_;
  }

  std::size_t place_of(const Key &key) const {
    for (std::size_t place = home(key.hash); hashes_[place] != 0; place = (place + 1) & mask_)
      if (hashes_[place] == key.hash && keys_[place].length == key.length &&
          std::memcmp(keys_[place].bytes, key.bytes, key.length) == 0)
        return place;
    std::fprintf(stderr, "string_map: a key is missing\n");
    std::exit(1);
  }

  std::size_t mask_;
  std::uint32_t *hashes_;
  Text *keys_;
  std::uint64_t *values_;
};

} // namespace

int main(int argc, char **argv) {
  std::size_t entries = argument(argc, argv, 1);
  std::uint64_t count = argument(argc, argv, 2);
  initialize_memory();

  Measurement measurement;
  Map map(entries);
  auto *numbers = make_array<std::uint64_t>(entries);
  for (std::size_t i = 0; i != entries; ++i) {
    numbers[i] = i;
    map.insert(Key(i), i);
  }
  Random random;
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i != count; ++i) {
    sum = sum * 31 + map.find(Key(numbers[random.below(entries)]));
    std::uint64_t &number = numbers[random.below(entries)];
    map.erase(Key(number));
    number = entries + i;
    map.insert(Key(number), number);
  }
  measurement.end();
  measurement.print(sum + map.checksum(), entries + 3 * count);
}
