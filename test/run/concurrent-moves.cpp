//===- test/run/concurrent-moves.cpp - References that move while cycles run --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads move references between their frames, objects, globals and traced memory, always so that the only one
// is where the collector has looked already or has not looked yet. Every node that is met must be whole.
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 200000 | FileCheck %s
// RUN: %{concurrent} %t2 20000 | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 20000 | FileCheck %s
//
// CHECK: concurrent-moves: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <functional>
#include <vector>

static constexpr size_t kThreads = 3;
static constexpr size_t kPlaces = 256;

// A list long enough that marking takes a while, in front of what the threads move.
struct Place : tricolor::managed {
  std::atomic<Node *> node{nullptr};
  Place *next = nullptr;
};

static Place *places[kPlaces];
static std::vector<std::atomic<Node *>> *traced;
static std::atomic<Node *> global;

static void check_node(const Node *node) {
  check(!node || node->good(node->value), "a damaged node", node ? node->value : 0);
  check(!node || !node->next || node->next->good(node->next->value), "a damaged second node");
}

// Takes the node out of the place: from here on this frame has the only reference.
[[gnu::noinline]] static Node *take(std::atomic<Node *> &place) {
  Node *node = place.exchange(nullptr);
  check_node(node);
  return node;
}

static void move_about(unsigned seed, long rounds, const Collecting &collecting) {
  unsigned random = seed * 2654435761u + 1;
  Node *kept = make_pair_of_nodes(seed);
  for (long i = 0; i < rounds || collecting.cycles() < 3; ++i) {
    random = random * 1664525u + 1013904223u;
    std::atomic<Node *> &from = places[(random >> 8) % kPlaces]->node;
    std::atomic<Node *> &to = places[(random >> 16) % kPlaces]->node;
    switch ((random >> 24) % 8) {
    case 0: // heap to frame to heap
      to = take(from);
      break;
    case 1: // heap to frame, and another one back
      to = kept;
      kept = take(from);
      break;
    case 2: // a new node holds the only reference, stored before anybody knows the new one
      if (Node *node = take(from)) {
        Node *front = new Node(i);
        node->next = nullptr;
        front->next = node;
        to = front;
      }
      break;
    case 3: // the second node survives the first
      if (Node *node = take(from))
        to = node->next;
      break;
    case 4: // by a global
      to = take(global);
      global = take(from);
      break;
    case 5: { // by traced memory that is freed
      Node **cell = new Node *(take(from));
      if (random % 3 == 0)
        std::this_thread::yield();
      Node *node = *cell;
      delete cell;
      check_node(node);
      to = node;
      break;
    }
    case 6: // by a vector
      (*traced)[random % kPlaces] = take(from);
      to = take((*traced)[(random >> 3) % kPlaces]);
      break;
    default:
      to = make_pair_of_nodes(i);
    }
    check_node(kept);
  }
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 200000);
  traced = new std::vector<std::atomic<Node *>>(kPlaces);
  for (Place *&place : places) {
    place = new Place;
    for (int i = 0; i < 40; ++i) {
      Place *front = new Place;
      front->next = place;
      place = front;
    }
  }
  {
    Collecting collecting;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; ++i)
      threads.emplace_back(move_about, i, rounds, std::cref(collecting));
    for (std::thread &thread : threads)
      thread.join();
  }
  for (Place *place : places)
    check_node(place->node);
  delete traced;
  std::printf("concurrent-moves: done\n");
  return finish();
}
