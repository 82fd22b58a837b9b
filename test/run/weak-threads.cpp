//===- test/run/weak-threads.cpp - Weak references in many threads ----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads find objects by weak references, hand them to each other by strong ones, and forget them,
// while others collect. Null means dead: whoever holds an object finds it by its weak reference,
// however another thread got it. Maps keep the values of what is held.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 300 | FileCheck %s
// RUN: %{stress} %t 5 | FileCheck %s
//
// CHECK: weak threads: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <thread>
#include <unistd.h>
#include <vector>

struct Slot : tricolor::managed {
  tricolor::weak<Node> weak;
  Node *node = nullptr; // makes the object reachable as long as it is in `strong`
  long number = 0;
};

constexpr long kSlots = 256;
// A slot's object and its weak reference; only the weak one stays when the object is let go.
static std::atomic<Slot *> slots[kSlots];
static std::atomic<Node *> strong[kSlots];
static tricolor::weak_map<Node, Node> *map;
static std::atomic<long> found, gone;

static void renew(long which, long number) {
  auto *slot = new Slot;
  Node *node = make_pair_of_nodes(number);
  slot->weak = node;
  slot->number = number;
  map->set(node, make_pair_of_nodes(number + 1));
  strong[which] = node;
  slots[which] = slot;
}

static std::atomic<bool> stop;

// Until the collections are over.
static void work(long seed) {
  unsigned long state = static_cast<unsigned long>(seed) * 2654435761u + 1;
  for (long i = 0; !stop; ++i) {
    if (i % 8 == 0)
      usleep(50); // else every object is found during every collection
    state = state * 6364136223846793005u + 1442695040888963407u;
    long which = static_cast<long>(state >> 50) % kSlots;
    switch (state >> 40 & 7) {
    case 0:
    case 1:
    case 3:
      strong[which] = nullptr; // perhaps dead from here on
      break;
    case 2:
      renew(which, seed * 1000000000 + 2 * i);
      break;
    default: {
      Slot *slot = slots[which];
      Node *node = slot->weak.get();
      if (!node) {
        ++gone;
        break;
      }
      ++found;
      if (state >> 44 & 1)
        strong[which] = node;
      check(good_pair(node, slot->number), "a weak reference gave a dead object", slot->number);
      Node *same = slot->weak.get();
      check(same == node, "a weak reference lost an object that is held", slot->number);
      Node *value = map->get(node);
      check(good_pair(value, slot->number + 1), "a map lost a value", slot->number);
      // What another thread holds and tells about.
      Node *other = strong[which];
      if (other)
        check(tricolor::weak<Node>(other).get() == other, "a held object has no weak reference");
      tricolor::keep_alive(node);
    }
    }
  }
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 300);
  map = new tricolor::weak_map<Node, Node>;
  for (long i = 0; i < kSlots; ++i)
    renew(i, i * 10);
  std::vector<std::thread> threads;
  for (long i = 1; i <= 3; ++i)
    threads.emplace_back(work, i);
  for (long i = 0; i < rounds; ++i)
    tricolor::collect();
  stop = true;
  for (std::thread &thread : threads)
    thread.join();
  check(found > 0 || rounds < 100, "nothing was found");
  check(gone > 0 || rounds < 100, "nothing died");
  for (long i = 0; i < kSlots; ++i)
    strong[i] = nullptr;
  settle();
  check(map->size() <= 1, "entries of dead keys are left", static_cast<long>(map->size()));
  std::fprintf(stderr, "found %ld, gone %ld\n", found.load(), gone.load());
  std::printf("weak threads: done\n");
  return finish();
}
