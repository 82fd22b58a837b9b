//===- test/run/Inputs/chain.h - A chain of numbered nodes -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Its sum is known: a node that was freed too early, and handed out again, changes it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_CHAIN_H
#define TRICOLOR_TEST_CHAIN_H

#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  Node *left = nullptr;
  long number = 0;
};

// The numbers go down from length - 1 to 0.
inline Node *chain(long length) {
  Node *first = nullptr;
  for (long i = 0; i < length; ++i) {
    Node *node = new Node;
    node->left = first;
    node->number = i;
    first = node;
  }
  return first;
}

#endif // TRICOLOR_TEST_CHAIN_H
