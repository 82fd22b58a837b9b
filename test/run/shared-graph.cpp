//===- test/run/shared-graph.cpp - Threads that change one graph --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Four threads rewire a graph that they share while each of them collects every now and then. Nodes
// move between fields of the heap, globals, thread_locals and frames; every node that is met must
// be whole.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{limit} %t 300000 | FileCheck %s
// RUN: %{stress50} %t 8000 | FileCheck %s
// RUN: %{stress} %t 250 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{stress50} %t 3000 | FileCheck %s
//
// CHECK: shared-graph: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <thread>
#include <vector>

static constexpr size_t kThreads = 4;
static constexpr size_t kPlaces = 64;

// A place of the graph: its node is exchanged atomically, so each taker has it alone for a while.
struct Place : tricolor::managed {
  std::atomic<Node *> node{nullptr};
};

static Place *places[kPlaces];
static std::atomic<Node *> global_node;
static thread_local Node *own_node;

static void check_chain(const Node *node) {
  for (int steps = 0; node && steps < 3; ++steps, node = node->next)
    check(node->good(node->value), "a damaged node", node->value);
}

static void rewire(unsigned seed, long rounds) {
  unsigned random = seed * 2654435761u + 1;
  own_node = new Node(seed);
  for (long i = 0; i < rounds; ++i) {
    random = random * 1664525u + 1013904223u;
    Place *place = places[(random >> 8) % kPlaces];
    Node *taken = place->node.exchange(nullptr);
    check_chain(taken);
    switch ((random >> 20) % 5) {
    case 0: {
      // A new node in front; the tail is cut, so chains stay short.
      Node *node = new Node(i);
      if (taken)
        taken->next = nullptr;
      node->next = taken;
      place->node.store(node);
      break;
    }
    case 1:
      taken = global_node.exchange(taken);
      check_chain(taken);
      place->node.store(taken);
      break;
    case 2:
      std::swap(own_node, taken);
      check_chain(own_node);
      place->node.store(taken);
      break;
    case 3:
      // What is held by this frame only.
      if (taken)
        new Node(taken->value);
      check_chain(taken);
      places[(random >> 14) % kPlaces]->node.store(taken);
      break;
    default:
      place->node.store(new Node(i));
      break;
    }
    check_chain(own_node);
  }
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 300000);
  for (Place *&place : places)
    place = new Place;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i)
    threads.emplace_back(rewire, i, rounds);
  for (std::thread &thread : threads)
    thread.join();
  for (Place *place : places)
    check_chain(place->node.load());
  tricolor::collect();
  // At most a chain of a few nodes in each place.
  check(tricolor::stats().objects < 2000, "garbage was kept",
        static_cast<long>(tricolor::stats().objects));
  std::printf("shared-graph: done\n");
  return finish();
}
