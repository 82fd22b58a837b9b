//===- test/run/hidden-pointers.cpp - References that do not look like pointers -----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// References that compiled code carries as integers, vectors or aggregates, across collections:
// results of std::atomic, values of unions and bit casts, tagged pointers, swapped and copied
// structures.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -O1 %s -o %t %libs
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -O3 -march=x86-64-v3 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -Os %s -o %t %libs
// RUN: %{stress} %t 8 | FileCheck %s
//
// CHECK: hidden-pointers: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#define NOINLINE [[gnu::noinline]]

struct Cell : tricolor::managed {
  std::atomic<Node *> node{nullptr};
};

NOINLINE static void exchange(long n) {
  Cell *cell = new Cell;
  cell->node = make_pair_of_nodes(n);
  Node *old = cell->node.exchange(make_pair_of_nodes(n + 10));
  disturb();
  check(good_pair(old, n), "the result of an exchange was lost", n);
  Node *expected = nullptr;
  check(!cell->node.compare_exchange_strong(expected, old), "the exchange should fail", n);
  disturb();
  check(good_pair(expected, n + 10), "the loaded value of a failed exchange was lost", n);
  check(cell->node.compare_exchange_strong(expected, make_pair_of_nodes(n + 20)), "exchange failed",
        n);
  disturb();
  check(good_pair(expected, n + 10), "the replaced value was lost", n);
  check(good_pair(cell->node.load(), n + 20), "the stored value was lost", n);
}

// Integers of several widths, from one call to another.
NOINLINE uintptr_t make_integer(long n) {
  return reinterpret_cast<uintptr_t>(make_pair_of_nodes(n));
}
NOINLINE unsigned __int128 make_wide_integer(long n) {
  return static_cast<unsigned __int128>(make_integer(n)) << 64 | make_integer(n + 10);
}
NOINLINE bool good_integer(uintptr_t number, long n) {
  return good_pair(reinterpret_cast<Node *>(number), n);
}

NOINLINE static void integers(long n) {
  uintptr_t number = make_integer(n);
  disturb();
  check(good_integer(number, n), "an integer lost its node", n);
  unsigned __int128 wide = make_wide_integer(n);
  disturb();
  check(good_integer(static_cast<uintptr_t>(wide >> 64), n) &&
            good_integer(static_cast<uintptr_t>(wide), n + 10),
        "a 128-bit integer lost a node", n);
}

// The low bits are free in an aligned pointer; a tagged one points into the object.
NOINLINE uintptr_t tag(Node *node) { return reinterpret_cast<uintptr_t>(node) | 5; }
NOINLINE Node *untag(uintptr_t tagged) {
  return (tagged & 7) == 5 ? reinterpret_cast<Node *>(tagged & ~uintptr_t{7}) : nullptr;
}

NOINLINE static void tagged(long n) {
  uintptr_t tagged = tag(make_pair_of_nodes(n));
  disturb();
  check(good_pair(untag(tagged), n), "a tagged pointer was lost", n);
}

union Either {
  Node *node;
  double number;
  char bytes[8];
};

NOINLINE static Either make_either(long n) {
  Either either;
  either.node = make_pair_of_nodes(n);
  return either;
}

NOINLINE static void unions(long n) {
  Either either = make_either(n);
  disturb();
  check(good_pair(either.node, n), "a union lost its node", n);
  char bytes[sizeof(Node *)];
  Node *node = make_pair_of_nodes(n);
  std::memcpy(bytes, &node, sizeof node);
  node = nullptr;
  disturb();
  std::memcpy(&node, bytes, sizeof node);
  check(good_pair(node, n), "an array of bytes lost its node", n);
}

struct Pair {
  Node *first;
  Node *second;
};
struct Quad {
  Node *nodes[4];
};
struct Holder : tricolor::managed {
  Pair pair{};
  Quad quad{};
  Either either{};
  unsigned char storage[32] = {};
};

// Structures that move through vector registers.
NOINLINE static void copies(long n) {
  Holder *one = new Holder;
  Holder *two = new Holder;
  one->pair = {make_pair_of_nodes(n), make_pair_of_nodes(n + 10)};
  two->pair = {make_pair_of_nodes(n + 20), make_pair_of_nodes(n + 30)};
  for (long i = 0; i < 4; ++i) {
    one->quad.nodes[i] = make_pair_of_nodes(n + 40 + i);
    two->quad.nodes[i] = make_pair_of_nodes(n + 50 + i);
  }
  std::swap(one->pair, two->pair);
  Quad saved = one->quad;
  one->quad = two->quad;
  disturb();
  two->quad = saved;
  disturb();
  check(good_pair(one->pair.first, n + 20) && good_pair(one->pair.second, n + 30) &&
            good_pair(two->pair.first, n) && good_pair(two->pair.second, n + 10),
        "a swapped pair lost a node", n);
  for (long i = 0; i < 4; ++i)
    check(good_pair(one->quad.nodes[i], n + 50 + i) && good_pair(two->quad.nodes[i], n + 40 + i),
          "a copied structure lost a node", n);
  one->either = make_either(n);
  Node *stored = make_pair_of_nodes(n + 60);
  std::memcpy(one->storage + 8, &stored, sizeof stored);
  stored = nullptr;
  disturb();
  std::memcpy(&stored, one->storage + 8, sizeof stored);
  check(good_pair(stored, n + 60), "storage in an object lost its node", n);
  check(good_pair(one->either.node, n), "a union in an object lost its node", n);
}

// A pair carried in a vector or as two integers across a call.
NOINLINE static Pair exchange_pair(Pair *place, Pair value) {
  Pair old = *place;
  *place = value;
  disturb();
  return old;
}

NOINLINE static void pairs(long n) {
  Pair place = {make_pair_of_nodes(n), make_pair_of_nodes(n + 10)};
  Pair old = exchange_pair(&place, {make_pair_of_nodes(n + 20), nullptr});
  disturb();
  check(good_pair(old.first, n) && good_pair(old.second, n + 10), "an exchanged pair was lost", n);
  check(good_pair(place.first, n + 20) && !place.second, "a stored pair was lost", n);
}

typedef long Lanes __attribute__((vector_size(16)));

NOINLINE Lanes make_lanes(long n) {
  return Lanes{std::bit_cast<long>(make_pair_of_nodes(n)),
               std::bit_cast<long>(make_pair_of_nodes(n + 10))};
}
NOINLINE bool good_lanes(Lanes lanes, long n) {
  return good_pair(std::bit_cast<Node *>(lanes[0]), n) &&
         good_pair(std::bit_cast<Node *>(lanes[1]), n + 10);
}

NOINLINE static void lanes(long n) {
  Lanes lanes = make_lanes(n);
  disturb();
  check(good_lanes(lanes, n), "the lanes of a vector lost a node", n);
}

// Pointers into arrays that loops keep instead of the array's own address.
NOINLINE static void derived(long n) {
  Node **array = tricolor::make_array<Node *>(8);
  for (long i = 0; i < 8; ++i)
    array[i] = make_pair_of_nodes(n + i);
  long good = 0;
  for (Node **position = array + 8; position-- != array;) {
    disturb();
    good += good_pair(*position, n + (position - array));
  }
  check(good == 8, "a loop over an array lost a node", good);
  Node *left = array[0];
  Node *right = array[1];
  Node *chosen = n % 2 ? left : right;
  long *field = n % 3 ? &chosen->value : &chosen->complement;
  array = nullptr;
  left = right = chosen = nullptr;
  disturb();
  long value = n % 2 ? n : n + 1;
  check(*field == (n % 3 ? value : ~value), "a pointer to a field lost its node", n);
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 2000);
  for (long i = 0; i < rounds; ++i) {
    exchange(i);
    integers(i);
    tagged(i);
    unions(i);
    copies(i);
    pairs(i);
    lanes(i);
    derived(i);
  }
  std::printf("hidden-pointers: done\n");
  return finish();
}
