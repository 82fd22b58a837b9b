//===- test/bench/workloads/allocate.cpp - Objects that are allocated and dropped -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   allocate KIND SIZE THREADS COUNT LIVE-MIB
//
// Each thread makes COUNT objects of SIZE bytes and puts each in one of eight local slots in place of an older one, whose number it
// adds up. KIND pointers: the first word refers to a node of a tree of LIVE-MIB MiB that is alive meanwhile, the
// second is the number. KIND bytes: the number and nothing that the collector has to look at. All words of an object are
// set. A tenth of COUNT comes before the measurement. An operation is an object.
//
//===------------------------------------------------------------------------------------------===//

#include "../random.h"
#include "measurement.h"
#include "threads.h"

#include <atomic>
#include <cstring>

namespace {

constexpr unsigned Slots = 8;
// Nodes of the live tree that objects refer to. More: a larger part of it stays in the caches.
constexpr std::size_t Targets = 64;

struct Node : Object {
  Node *left = nullptr;
  Node *right = nullptr;
  std::uint64_t number = 0;
  std::uint64_t rest[5] = {};
};
static_assert(sizeof(Node) == 64);

Node *targets[Targets];

Node *make_tree(std::uint64_t count) {
  if (count == 0)
    return nullptr;
  auto *node = make<Node>();
  node->number = count;
  node->left = make_tree((count - 1) / 2);
  node->right = make_tree(count - 1 - (count - 1) / 2);
  return node;
}

std::uint64_t checksum(const Node *node, std::uint64_t sum) {
  return node ? checksum(node->right, checksum(node->left, sum * 31 + node->number)) : sum;
}

void drop_tree(Node *node) {
  if constexpr (freeing == Freeing::ByHand) {
    if (!node)
      return;
    drop_tree(node->left);
    drop_tree(node->right);
    drop(node);
  }
}

/// With a pointer, `Size` bytes.
template <std::size_t Size> struct Referring : Object {
  explicit Referring(std::uint64_t n) : reference(targets[n % Targets]), number(n) {}
  Node *reference;
  std::uint64_t number;
  std::uint64_t rest[Size / 8 - 2] = {};
};
template <> struct Referring<16> : Object {
  explicit Referring(std::uint64_t n) : reference(targets[n % Targets]), number(n) {}
  Node *reference;
  std::uint64_t number;
};

/// Without one.
template <std::size_t Size> struct Plain : Flat {
  explicit Plain(std::uint64_t n) : number(n) {}
  std::uint64_t number;
  std::uint64_t rest[Size / 8 - 1] = {};
};

template <class T> [[gnu::noinline]] std::uint64_t make_and_drop(std::uint64_t count) {
  T *slots[Slots];
  for (unsigned i = 0; i != Slots; ++i)
    slots[i] = make<T>(i);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i != count; ++i) {
    T *&slot = slots[i % Slots];
    sum += slot->number;
    drop(slot);
    slot = make<T>(i);
  }
  for (T *object : slots) {
    sum = sum * 31 + object->number;
    drop(object);
  }
  return sum;
}

template <class T> void measure(unsigned threads, std::uint64_t count, std::uint64_t live_nodes) {
  static_assert(sizeof(T) % 16 == 0);
  Node *live = make_tree(live_nodes);
  // Down from the root, as bits say.
  Random random;
  for (Node *&target : targets)
    for (Node *node = live; node; node = random.below(2) ? node->left : node->right)
      target = node;
  make_and_drop<T>(count / 10);

  Measurement measurement;
  std::atomic<std::uint64_t> sum = 0;
  in_threads(threads, [&](unsigned) { sum += make_and_drop<T>(count); });
  measurement.end();
  measurement.print(checksum(live, sum), count * threads);
  drop_tree(live);
}

} // namespace

int main(int argc, char **argv) {
  const char *kind = argument_text(argc, argv, 1);
  std::uint64_t size = argument(argc, argv, 2);
  auto threads = static_cast<unsigned>(argument(argc, argv, 3));
  std::uint64_t count = argument(argc, argv, 4);
  std::uint64_t nodes = (argument(argc, argv, 5) << 20) / sizeof(Node);
  initialize_memory();
  if (std::strcmp(kind, "bytes") == 0 && size == 32)
    measure<Plain<32>>(threads, count, nodes);
  else if (std::strcmp(kind, "pointers") == 0 && size == 16)
    measure<Referring<16>>(threads, count, nodes);
  else if (std::strcmp(kind, "pointers") == 0 && size == 32)
    measure<Referring<32>>(threads, count, nodes);
  else if (std::strcmp(kind, "pointers") == 0 && size == 64)
    measure<Referring<64>>(threads, count, nodes);
  else if (std::strcmp(kind, "pointers") == 0 && size == 128)
    measure<Referring<128>>(threads, count, nodes);
  else {
    std::fprintf(stderr, "allocate: KIND SIZE is pointers 16, 32, 64, 128, or bytes 32\n");
    return 2;
  }
}
