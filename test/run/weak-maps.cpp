//===- test/run/weak-maps.cpp - weak_map<K, V> ------------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A weak map keeps the values of live keys, also in chains, in either order, and through maps that
// are values; it keeps no key, also if the value reaches it. Entries go with their keys, with
// delete, and with the map; they come back with keys that a finalizer brings back.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:checkmark=1:verify=1 %{limit} %t 2000 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: weak maps: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <vector>

using Map = tricolor::weak_map<Node, Node>;
static std::atomic<long> called, wrong;

[[gnu::noinline]] static void live_keys(long count) {
  Map map;
  std::vector<Node *> keys;
  for (long i = 0; i < count; ++i) {
    keys.push_back(make_pair_of_nodes(i));
    map.set(keys.back(), make_pair_of_nodes(i + 100));
  }
  settle();
  check(map.size() == static_cast<size_t>(count), "entries of live keys went",
        static_cast<long>(map.size()));
  for (long i = 0; i < count; ++i)
    check(good_pair(map.get(keys[static_cast<size_t>(i)]), i + 100), "a value was freed", i);
  // An inner address is the same key; another object is none.
  check(map.contains(reinterpret_cast<Node *>(&keys[0]->complement)), "an inner address is no key");
  check(!map.get(keys[0]->next) && !map.contains(keys[0]->next), "a value for another object");
  Node *other = make_pair_of_nodes(77);
  map.set(keys[0], other);
  check(map.get(keys[0]) == other && map.size() == keys.size(), "a value was not replaced");
  check(map.erase(keys[0]) && !map.erase(keys[0]) && !map.get(keys[0]), "not erased");
  delete keys[1];
  check(map.size() == keys.size() - 2, "the entry of a deleted key is there");
  keys[1] = nullptr;
}

[[gnu::noinline]] static tricolor::weak<Node> add_dead(Map &map, long count) {
  tricolor::weak<Node> last;
  for (long i = 0; i < count; ++i) {
    Node *key = make_pair_of_nodes(i), *value = make_pair_of_nodes(i);
    value->next->next = key; // the value reaches the key
    map.set(key, value);
    last = value;
  }
  return last;
}

[[gnu::noinline]] static void dead_keys(long count) {
  Map map;
  Node *live = make_pair_of_nodes(1);
  map.set(live, make_pair_of_nodes(2));
  tricolor::weak<Node> last = add_dead(map, count);
  settle();
  check(map.size() == 1, "entries of dead keys are there", static_cast<long>(map.size()));
  check(last.expired(), "a map keeps the values of dead keys");
  check(good_pair(map.get(live), 2), "the value of a live key went");
}

// key -> value = key -> value ..., in the order of the chain or against it.
[[gnu::noinline]] static void chain(long count, bool forwards) {
  Map map;
  Node *head = new Node(0);
  {
    std::vector<Node *> nodes(1, head);
    for (long i = 1; i <= count; ++i)
      nodes.push_back(new Node(i));
    for (long i = 0; i < count; ++i) {
      auto at = static_cast<size_t>(forwards ? i : count - 1 - i);
      map.set(nodes[at], nodes[at + 1]);
    }
  }
  settle();
  Node *node = head;
  for (long i = 0; i <= count && node; ++i) {
    check(node->good(i), "a node of the chain is damaged", i);
    if (i == count)
      check(map.size() == static_cast<size_t>(count), "the chain is shorter");
    node = map.get(node);
  }
  tricolor::keep_alive(head);
}

struct Holder : tricolor::managed {
  Map map;
};

// A map that is reachable only through another map's value.
[[gnu::noinline]] static void nested() {
  tricolor::weak_map<Node, Holder> outer;
  Node *key = make_pair_of_nodes(1), *inner = make_pair_of_nodes(2);
  outer.set(key, new Holder);
  outer.get(key)->map.set(inner, make_pair_of_nodes(3));
  settle();
  check(good_pair(outer.get(key)->map.get(inner), 3), "the value in an inner map was freed");
}

[[gnu::noinline]] static tricolor::weak<Node> drop_map(Node *key) {
  auto *holder = new Holder;
  Node *value = make_pair_of_nodes(4);
  holder->map.set(key, value);
  return value;
}

[[gnu::noinline]] static void dead_map() {
  Node *key = make_pair_of_nodes(5);
  tricolor::weak<Node> value = drop_map(key);
  settle();
  check(value.expired(), "a dead map keeps values");
  check(good_pair(key, 5), "the key is damaged");
}

static std::atomic<Map *> shared;
static std::atomic<Node *> published;
[[gnu::noinline]] static void add_finalized() {
  Node *key = make_pair_of_nodes(6);
  shared.load()->set(key, make_pair_of_nodes(7));
  tricolor::add_finalizer(key, [](Node *node) {
    ++called;
    wrong += !good_pair(shared.load()->get(node), 7);
    published = node;
  });
}

[[gnu::noinline]] static void with_resurrected_key() {
  shared = new Map;
  add_finalized();
  settle();
  check(called == 1 && good_pair(published, 6), "not resurrected", called);
  check(good_pair(shared.load()->get(published), 7), "the entry did not come back with its key");
  published = nullptr;
  settle();
  check(shared.load()->size() == 0, "the entry stays behind");
  delete shared.load();
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 2000);
  live_keys(count);
  dead_keys(count);
  chain(count, true);
  chain(count, false);
  nested();
  dead_map();
  with_resurrected_key();
  check(wrong == 0, "a finalizer did not find its object's value", wrong);
  std::printf("weak maps: done\n");
  return finish();
}
