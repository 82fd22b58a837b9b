//===- test/precision/Inputs/watch.h - Objects whose death is observed --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Nodes with a number, allocated from Tricolor's heap or (with BOEHM defined) from that of Boehm's
// conservative collector, and a way to ask which of them are still there that keeps none of them:
// their addresses are remembered complemented, so no scan, not even of every word of memory, sees a
// pointer.
//
// Nothing may be allocated between collect() and alive(): a new object at an old address would
// count as the old one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_WATCH_H
#define TRICOLOR_TEST_WATCH_H

#include <cstdint>
#include <cstdio>

#define NOINLINE [[gnu::noinline]]

// How many nodes a scenario makes at most.
inline constexpr int kMaximum = 64;

#ifdef BOEHM

#include <gc/gc.h>

struct Node {
  long value;
  Node *next;
};

// The collector clears a link when its node cannot be reached.
inline void *links[kMaximum];

inline Node *allocate() { return static_cast<Node *>(GC_MALLOC(sizeof(Node))); }
inline void watch(int index, Node *node) {
  links[index] = reinterpret_cast<void *>(~reinterpret_cast<uintptr_t>(node));
  GC_general_register_disappearing_link(&links[index], node);
}
inline void forget_all() {
  for (void *&link : links) {
    GC_unregister_disappearing_link(&link);
    link = nullptr;
  }
}
inline bool alive(int index) { return links[index] != nullptr; }
inline void collect() { GC_gcollect(); }
inline void start() {
  GC_INIT();
  GC_set_finalize_on_demand(0);
}

#else

#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  long value;
  Node *next;
};

inline uintptr_t addresses[kMaximum];

inline Node *allocate() { return new Node; }
NOINLINE inline void watch(int index, Node *node) {
  addresses[index] = ~reinterpret_cast<uintptr_t>(node);
}
inline void forget_all() {
  for (uintptr_t &address : addresses)
    address = 0;
}
inline bool alive(int index) {
  return addresses[index] && tricolor::is_collected(reinterpret_cast<void *>(~addresses[index]));
}
inline void collect() { tricolor::collect(); }
inline void start() {}

#endif

// Makes node `index`.
NOINLINE Node *make(int index);
// Uses it.
NOINLINE long use(const Node *node);
// How many of the first `count` nodes are there.
NOINLINE int count_alive(int count);
// Makes, and uses, `count` nodes.
NOINLINE void fill(Node **nodes, int count);
NOINLINE long use_all(Node **nodes, int count);

#endif // TRICOLOR_TEST_WATCH_H
