//===- test/precision/Inputs/watch.cpp - Objects whose death is observed ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A file of its own, so that the optimizer knows nothing about these calls.
//
//===------------------------------------------------------------------------------------------===//

#include "watch.h"

Node *make(int index) {
  Node *node = allocate();
  node->value = index;
  node->next = nullptr;
  watch(index, node);
  return node;
}

long use(const Node *node) { return node->value; }

int count_alive(int count) {
  int result = 0;
  for (int i = 0; i < count; ++i)
    result += alive(i);
  return result;
}

void fill(Node **nodes, int count) {
  for (int i = 0; i < count; ++i)
    nodes[i] = make(i);
}

long use_all(Node **nodes, int count) {
  long sum = 0;
  for (int i = 0; i < count; ++i)
    sum += use(nodes[i]);
  return sum;
}
