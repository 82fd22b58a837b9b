//===- test/soak/shared_activities.cpp - What the workers do with each other's objects -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "worker.h"

#include <mutex>

namespace soak {

//===--- A map behind locks ------------------------------------------------------------------------===//

namespace {

struct Entry : tricolor::managed {
  uint64_t key = 0, seal = 0;
  Record *value = nullptr; // a family whose number has the key and a version
  Entry *next = nullptr;
};

struct Shard {
  std::mutex lock;
  Entry **buckets = nullptr;
  size_t size = 0, entries = 0;
};

constexpr unsigned kShards = 16;
constexpr unsigned kVersionBits = 32;
Shard shards[kShards];

} // namespace

static uint64_t value_number(uint64_t key, uint32_t version) {
  return 1ull << 63 | key << kVersionBits | static_cast<uint64_t>(version) << 2;
}

static Entry **place_of(Shard &shard, uint64_t key) {
  Entry **place = &shard.buckets[mixed(key) % shard.size];
  for (; *place && (*place)->key != key; place = &(*place)->next)
    require((*place)->seal == seal_of(Kind::Entry, (*place)->key), "an entry has changed",
            (*place)->key, *place);
  return place;
}

static void resize(Shard &shard, size_t size) {
  Entry **old = shard.buckets;
  size_t end = shard.size;
  shard.buckets = tricolor::make_array<Entry *>(size);
  shard.size = size;
  for (size_t i = 0; i < end; ++i)
    for (Entry *entry = old[i]; entry;) {
      Entry *next = entry->next;
      Entry **bucket = &shard.buckets[mixed(entry->key) % size];
      entry->next = *bucket;
      *bucket = entry;
      entry = next;
    }
}

void use_map(Worker &worker) {
  bool own = !worker.random.one_in(4);
  unsigned owner = own ? worker.index : worker.random.below(worker.threads);
  unsigned which = worker.random.below(Worker::kKeys);
  uint64_t key = static_cast<uint64_t>(owner) * Worker::kKeys + which;
  Shard &shard = shards[mixed(key + 77) % kShards];
  std::unique_lock<std::mutex> lock(shard.lock, std::defer_lock);
  if (worker.random.one_in(8))
    tricolor::blocking_region([&] { lock.lock(); });
  else
    lock.lock();
  Entry **place = place_of(shard, key);
  Entry *entry = *place;
  if (!own) { // of another worker: nobody knows whether it is there, but what is there is whole
    if (entry) {
      require(entry->value, "an entry has no value", key, entry);
      uint64_t number = entry->value->number;
      require(number >> kVersionBits == value_number(key, 0) >> kVersionBits,
              "an entry has another key's value", key, entry);
      require_family(entry->value, number, "another worker's value has changed");
    }
    return;
  }
  uint32_t version = worker.versions[which];
  require((entry != nullptr) == (version != 0), "the map has lost a key, or kept it", key);
  if (entry)
    require_family(entry->value, value_number(key, version), "a value has changed");
  if (entry && worker.random.one_in(3)) {
    *place = entry->next;
    worker.versions[which] = 0;
    --shard.entries;
  } else {
    static std::atomic<uint32_t> last_version;
    version = (++last_version << 2) >> 2 | 1;
    if (!entry) {
      entry = new Entry;
      entry->key = key;
      entry->seal = seal_of(Kind::Entry, key);
      entry->next = *place;
      *place = entry;
      ++shard.entries;
    }
    entry->value = make_family(value_number(key, version));
    worker.versions[which] = version;
  }
  if (shard.entries > 2 * shard.size)
    resize(shard, 2 * shard.size);
  else if (worker.random.one_in(2000))
    resize(shard, shard.size > 64 ? shard.size / 2 : shard.size);
}

//===--- Publication without locks -----------------------------------------------------------------===//

static std::atomic<Record *> published[256];

void publish(Worker &worker) {
  std::atomic<Record *> &place = published[worker.random.below(256)];
  Record *record = place.load(std::memory_order_acquire);
  if (record) {
    uint64_t number = record->number;
    require_family(record, number, "a published record has changed");
  }
  uint64_t number = worker.reserve(3);
  switch (worker.random.below(4)) {
  case 0:
    place.store(make_family(number), std::memory_order_release);
    break;
  case 1: {
    Record *old = place.exchange(make_family(number), std::memory_order_acq_rel);
    if (old)
      require_family(old, old->number, "an exchanged record has changed");
    break;
  }
  case 2: {
    Record *wanted = make_family(number);
    Record *expected = record;
    if (!place.compare_exchange_strong(expected, wanted))
      require_family(expected, expected->number, "a record that was in the way has changed");
    require_family(wanted, number, "a record that was to be published has changed");
    break;
  }
  default:
    break;
  }
  if (record)
    require_family(record, record->number, "a record that was published has changed");
}

void require_published() {
  for (std::atomic<Record *> &place : published)
    if (Record *record = place.load(std::memory_order_acquire))
      require_family(record, record->number, "a published record has changed");
}

//===--- Stacks without locks ----------------------------------------------------------------------===//

// No node is pushed twice, and no node's memory is another's while somebody has it: so the compare-and-swap of pop
// suffices.
namespace {
struct Link : tricolor::managed {
  explicit Link(uint64_t number) : number(number), seal(seal_of(Kind::Link, number)) {}
  uint64_t number, seal;
  Link *next = nullptr;
};
struct alignas(64) Top {
  std::atomic<Link *> link{nullptr};
};
} // namespace
static Top tops[4];

static void require_link(const Link *link) {
  require(link->seal == seal_of(Kind::Link, link->number), "a stack's link has changed",
          link->number, link);
}

static bool pop(std::atomic<Link *> &top) {
  Link *link = top.load(std::memory_order_acquire);
  while (link && !top.compare_exchange_weak(link, link->next, std::memory_order_acq_rel))
    require(!link || link->seal == seal_of(Kind::Link, link->number), "a stack's link has changed");
  if (!link)
    return false;
  require_link(link);
  ++ledger.popped;
  ledger.popped_sum += link->number;
  return true;
}

void push_and_pop(Worker &worker) {
  std::atomic<Link *> &top = tops[worker.random.below(4)].link;
  for (unsigned i = worker.random.below(12); i > 0; --i) {
    if (ledger.pushed - ledger.popped > 5000 || worker.random.one_in(2)) {
      pop(top);
      continue;
    }
    auto *link = new Link(worker.reserve(1));
    ++ledger.pushed;
    ledger.pushed_sum += link->number;
    link->next = top.load(std::memory_order_relaxed);
    while (!top.compare_exchange_weak(link->next, link, std::memory_order_release,
                                      std::memory_order_relaxed)) {
    }
  }
}

//===--- Messages ----------------------------------------------------------------------------------===//

namespace {
struct Message : tricolor::managed {
  uint64_t seal = 0, number = 0;
  Record *list = nullptr;
  Counted *counted = nullptr;
};
constexpr unsigned kPlaces = 16, kLength = 5;
// From one worker to another. A place that is not null is full; who writes which is clear from the counts.
struct Ring : tricolor::managed {
  std::atomic<Message *> places[kPlaces] = {};
};
} // namespace
static Ring **rings; // a collected array
static unsigned ring_threads;

static Ring *ring_of(unsigned from, unsigned to) { return rings[from * ring_threads + to]; }

static uint64_t message_number(unsigned from, unsigned to, uint64_t sequence) {
  return (static_cast<uint64_t>(from) << 8 | to) << 48 | (sequence * 8 & ((1ull << 48) - 1));
}

static void require_message(const Message *message, uint64_t number) {
  require(message->number == number && message->seal == seal_of(Kind::Message, number),
          "a message has changed, or is not the next", number, message);
  require_list(message->list, number, kLength, "a message's list has changed");
  if (message->counted)
    require_counted(message->counted, number / 8, "a message's object has changed");
}

void send_and_receive(Worker &worker) {
  unsigned other = worker.random.below(worker.threads);
  uint64_t sequence = worker.sent[other];
  std::atomic<Message *> &place = ring_of(worker.index, other)->places[sequence % kPlaces];
  if (!place.load(std::memory_order_acquire)) {
    auto *message = new Message;
    uint64_t number = message_number(worker.index, other, sequence);
    message->number = number;
    message->seal = seal_of(Kind::Message, number);
    message->list = make_list(number, kLength);
    if (worker.random.one_in(4)) {
      message->counted = new Counted(number / 8);
      message->counted->family = make_family(number / 8 * 8);
    }
    place.store(message, std::memory_order_release);
    ++worker.sent[other];
    ++ledger.sent;
  }
  for (unsigned from = 0; from < worker.threads; ++from) {
    sequence = worker.received[from];
    std::atomic<Message *> &full = ring_of(from, worker.index)->places[sequence % kPlaces];
    if (Message *message = full.exchange(nullptr, std::memory_order_acq_rel)) {
      require_message(message, message_number(from, worker.index, sequence));
      ++worker.received[from];
      ++ledger.received;
    }
  }
}

//===--- Beginning and end -------------------------------------------------------------------------===//

void prepare_shared(unsigned threads) {
  for (Shard &shard : shards) {
    shard.size = 64;
    shard.buckets = tricolor::make_array<Entry *>(shard.size);
  }
  ring_threads = threads;
  rings = tricolor::make_array<Ring *>(threads * threads);
  for (unsigned i = 0; i < threads * threads; ++i)
    rings[i] = new Ring;
}

static void settle_map() {
  for (Shard &shard : shards) {
    size_t count = 0;
    for (size_t i = 0; i < shard.size; ++i)
      for (Entry *entry = shard.buckets[i]; entry; entry = entry->next, ++count)
        require_family(entry->value, entry->value->number, "a value that is left has changed");
    require(count == shard.entries, "a shard has lost entries", count);
    shard.buckets = nullptr;
  }
}

static void settle_rings() {
  uint64_t left = 0;
  for (unsigned i = 0; i < ring_threads * ring_threads; ++i)
    for (std::atomic<Message *> &place : rings[i]->places)
      if (Message *message = place) {
        require_message(message, message->number);
        ++left;
      }
  require(ledger.sent == ledger.received + left, "messages were lost", left);
  rings = nullptr;
}

void settle_shared() {
  settle_map();
  settle_rings();
  require_published();
  for (std::atomic<Record *> &place : published)
    place = nullptr;
  for (Top &top : tops)
    while (pop(top.link)) {
    }
  require(ledger.pushed == ledger.popped, "the stacks have lost links", ledger.pushed);
  require(ledger.pushed_sum == ledger.popped_sum, "the stacks have other links than were pushed");
}

} // namespace soak
