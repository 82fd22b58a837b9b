//===- test/bench/workloads/lru_cache.cpp - A cache that forgets what was not used for longest ===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   lru_cache CAPACITY COUNT
//
// A hash table of chains from numbers to entries, which a list orders by their last use, with a value of 64 to 255 bytes each.
// COUNT times a key is looked up, small ones more often than large ones. What is not there is put in, in
// place of the oldest; a tenth of what is found gets a new value. An operation is a lookup.
//
//===------------------------------------------------------------------------------------------===//

#include "../random.h"
#include "measurement.h"

#include <cstring>

namespace {

struct Entry : Object {
  explicit Entry(std::uint64_t k) : key(k) {}
  Entry *newer = nullptr;
  Entry *older = nullptr;
  Entry *chain = nullptr;
  unsigned char *value = nullptr;
  std::uint64_t key;
};

unsigned char *make_value(std::uint64_t key, std::uint64_t time) {
  std::size_t length = 64 + key % 192;
  unsigned char *value = make_bytes(length);
  std::memset(value, static_cast<int>(key & 127), length);
  std::memcpy(value, &time, sizeof time);
  return value;
}

class Cache {
public:
  explicit Cache(std::size_t capacity) : capacity_(capacity) {
    while ((std::size_t{1} << bits_) < capacity)
      ++bits_;
    buckets_ = make_array<Entry *>(std::size_t{1} << bits_);
  }

  /// What the value of the key says, which is made at `time` if it is not there.
  std::uint64_t look_up(std::uint64_t key, std::uint64_t time) {
    Entry *entry = buckets_[bucket(key)];
    while (entry && entry->key != key)
      entry = entry->chain;
    if (!entry)
      return insert(key, time);
    if (time % 10 == 0) {
      drop_array(entry->value);
      entry->value = make_value(key, time);
    }
    unlink(entry);
    link(entry);
    std::uint64_t made;
    std::memcpy(&made, entry->value, sizeof made);
    return made * 2 + entry->value[8];
  }

  std::uint64_t checksum() const {
    std::uint64_t sum = 0;
    for (const Entry *entry = newest_; entry; entry = entry->older)
      sum = sum * 31 + entry->key;
    return sum;
  }

private:
  std::size_t bucket(std::uint64_t key) const { return key * 0x9e3779b97f4a7c15 >> (64 - bits_); }

  std::uint64_t insert(std::uint64_t key, std::uint64_t time) {
    if (size_ == capacity_)
      forget(oldest_);
    else
      ++size_;
    auto *entry = make<Entry>(key);
    entry->value = make_value(key, time);
    Entry *&first = buckets_[bucket(key)];
    entry->chain = first;
    first = entry;
    link(entry);
    return 1;
  }

  void link(Entry *entry) {
    entry->newer = nullptr;
    entry->older = newest_;
    (newest_ ? newest_->newer : oldest_) = entry;
    newest_ = entry;
  }

  void unlink(Entry *entry) {
    (entry->newer ? entry->newer->older : newest_) = entry->older;
    (entry->older ? entry->older->newer : oldest_) = entry->newer;
  }

  void forget(Entry *entry) {
    unlink(entry);
    Entry **place = &buckets_[bucket(entry->key)];
    while (*place != entry)
      place = &(*place)->chain;
    *place = entry->chain;
    drop_array(entry->value);
    drop(entry);
  }

  std::size_t capacity_, size_ = 0;
  unsigned bits_ = 1;
  Entry **buckets_;
  Entry *newest_ = nullptr;
  Entry *oldest_ = nullptr;
};

} // namespace

int main(int argc, char **argv) {
  std::size_t capacity = argument(argc, argv, 1);
  std::uint64_t count = argument(argc, argv, 2);
  initialize_memory();

  Measurement measurement;
  Cache cache(capacity);
  Random random;
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i != count; ++i) {
    // Of keys below eight times the capacity, the smaller of two twice.
    std::size_t key = random.below(random.below(8 * capacity) + 1);
    sum = sum * 31 + cache.look_up(key, i);
  }
  measurement.end();
  measurement.print(sum + cache.checksum(), count);
}
