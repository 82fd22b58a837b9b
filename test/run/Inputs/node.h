//===- test/run/Inputs/node.h - What the end-to-end tests share ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A node that knows what it should hold, and the means to make a wrongly freed one show: disturb()
// collects (with poison=1 freed memory is overwritten at once) and allocates nodes of the same size
// in the place of whatever was freed.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_NODE_H
#define TRICOLOR_TEST_NODE_H

#include "check.h"

#include <tricolor/tricolor.h>

#include <cstdint>

struct Node : tricolor::managed {
  explicit Node(long number) : value(number), complement(~number) {}
  bool good(long number) const { return value == number && complement == ~number; }

  long value;
  long complement;
  Node *next = nullptr;
};

// A node that is reachable only through another one.
inline Node *make_pair_of_nodes(long number) {
  Node *node = new Node(number);
  node->next = new Node(number + 1);
  return node;
}

inline bool good_pair(const Node *node, long number) {
  return node && node->good(number) && node->next && node->next->good(number + 1);
}

// Nodes from length - 1 down to 0.
inline Node *make_list(long length) {
  Node *first = nullptr;
  for (long i = 0; i < length; ++i) {
    Node *node = new Node(i);
    node->next = first;
    first = node;
  }
  return first;
}

[[gnu::noinline]] inline void disturb() {
  tricolor::collect();
  new Node(-1001);
  new Node(-1002);
  new Node(-1003);
  new Node(-1004);
}

// An address that no scan, however conservative, takes for a pointer.
[[gnu::noinline]] inline uintptr_t hide(const void *pointer) {
  return ~reinterpret_cast<uintptr_t>(pointer);
}
inline const void *reveal(uintptr_t hidden) { return reinterpret_cast<const void *>(~hidden); }

#endif // TRICOLOR_TEST_NODE_H
