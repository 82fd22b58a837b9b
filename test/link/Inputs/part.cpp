//===- test/link/Inputs/part.cpp - A second file, or a shared object ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// With functions and globals that nobody uses, for --gc-sections to remove.
//
//===------------------------------------------------------------------------------------------===//

#include "part.h"

namespace {
struct PartTag {};
Node *global;
struct {
  double weight;
  Node *nodes[3];
} table;
} // namespace

Outcome try_part(long number) { return try_frame<PartTag>(number); }
Outcome try_part_shared(long number) { return try_frame<SharedTag>(number); }

void fill_part_globals() {
  global = new Node(1);
  table.nodes[2] = new Node(2);
}

bool part_globals_good() { return global->good(1) && table.nodes[2]->good(2); }

#define UNUSED(N)                                                                                  \
  Node *unused_global_##N;                                                                         \
  Node *unused_function_##N(Node *node) {                                                          \
    unused_global_##N = node;                                                                      \
    tricolor::collect();                                                                           \
    return new Node(node->number + N);                                                             \
  }
UNUSED(0)
UNUSED(1)
UNUSED(2)
UNUSED(3)
UNUSED(4)
UNUSED(5)
UNUSED(6)
UNUSED(7)
UNUSED(8)
UNUSED(9)
