//===- docs/examples/hash-map.cpp - A hash map of collected nodes -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A chained hash map whose entries, values and bucket array are all collected: it grows, shrinks
// and is never told to free anything.
//
//   hash-map [KEYS]     default 1000000
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <cstddef>
#include <cstdint>

namespace {

struct Value : tricolor::managed {
  explicit Value(uint64_t number) : square(number * number) {}
  uint64_t square;
};

struct Entry : tricolor::managed {
  Entry(uint64_t k, Value *v, Entry *n) : key(k), value(v), next(n) {}
  uint64_t key;
  Value *value;
  Entry *next;
};

class HashMap : public tricolor::managed {
public:
  HashMap() : buckets_(tricolor::make_array<Entry *>(kFirstBuckets)), mask_(kFirstBuckets - 1) {}

  void insert(uint64_t key, Value *value) {
    if (Entry *entry = find(key)) {
      entry->value = value;
      return;
    }
    if (size_ > mask_)
      grow();
    Entry *&bucket = buckets_[hash(key) & mask_];
    bucket = new Entry(key, value, bucket);
    ++size_;
  }

  const Value *lookup(uint64_t key) const {
    Entry *entry = find(key);
    return entry ? entry->value : nullptr;
  }

  bool erase(uint64_t key) {
    for (Entry **link = &buckets_[hash(key) & mask_]; *link; link = &(*link)->next) {
      if ((*link)->key == key) {
        *link = (*link)->next;
        --size_;
        return true;
      }
    }
    return false;
  }

  size_t size() const { return size_; }

private:
  static constexpr size_t kFirstBuckets = 4;

  static uint64_t hash(uint64_t key) {
    key ^= key >> 33;
    key *= 0xff51afd7ed558ccdULL;
    key ^= key >> 33;
    return key;
  }

  Entry *find(uint64_t key) const {
    Entry *entry = buckets_[hash(key) & mask_];
    while (entry && entry->key != key)
      entry = entry->next;
    return entry;
  }

  // Relinks every entry into an array of twice the size.
  void grow() {
    size_t mask = mask_ * 2 + 1;
    Entry **buckets = tricolor::make_array<Entry *>(mask + 1);
    for (size_t i = 0; i <= mask_; ++i) {
      for (Entry *entry = buckets_[i]; entry;) {
        Entry *next = entry->next;
        Entry *&bucket = buckets[hash(entry->key) & mask];
        entry->next = bucket;
        bucket = entry;
        entry = next;
      }
    }
    buckets_ = buckets;
    mask_ = mask;
  }

  Entry **buckets_;
  size_t mask_;
  size_t size_ = 0;
};

} // namespace

int main(int argc, char **argv) {
  uint64_t keys = static_cast<uint64_t>(argument(argc, argv, 1, 1000000));
  auto *map = new HashMap;

  for (uint64_t key = 0; key < keys; ++key)
    map->insert(key, new Value(key));
  check(map->size() == keys, "wrong size after insertion", static_cast<long>(map->size()));

  // Every third key goes, every other third is replaced.
  uint64_t erased = 0;
  for (uint64_t key = 0; key < keys; ++key) {
    if (key % 3 == 0)
      erased += map->erase(key);
    else if (key % 3 == 1)
      map->insert(key, new Value(key + 1));
  }
  check(erased == (keys + 2) / 3, "wrong number of keys erased", static_cast<long>(erased));
  check(!map->erase(0), "erased the same key twice");
  check(map->size() == keys - erased, "wrong size", static_cast<long>(map->size()));

  uint64_t sum = 0;
  for (uint64_t key = 0; key < keys; ++key) {
    const Value *value = map->lookup(key);
    uint64_t base = key + (key % 3 == 1);
    if (key % 3 == 0)
      check(!value, "found an erased key", static_cast<long>(key));
    else if (value && value->square == base * base)
      sum += value->square;
    else
      check(false, "wrong value", static_cast<long>(key));
  }
  std::printf("hash-map: %llu keys, %zu left, sum %llu\n", static_cast<unsigned long long>(keys),
              map->size(), static_cast<unsigned long long>(sum));
  return finish();
}
