//===- test/run/past-the-end.cpp - Only a pointer behind the last element -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A program may keep nothing of an array but the pointer one past its end, in a register, in memory and
// in an object, and walk backwards from there. Sizes for which the elements fill their slot exactly are
// among those tried.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: past-the-end: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

struct Holder : tricolor::managed {
  Node **end = nullptr;
  Node *end_of_nodes = nullptr;
};

[[gnu::noinline]] static Node **end_of_references(long count) {
  Node **array = tricolor::make_array<Node *>(count);
  for (long i = 0; i < count; ++i)
    array[i] = make_pair_of_nodes(i);
  return array + count;
}

[[gnu::noinline]] static Node *end_of_nodes(long count) {
  struct Element : Node {
    Element() : Node(0) {}
  };
  Node *array = new Element[count];
  for (long i = 0; i < count; ++i)
    array[i] = Node(i);
  return array + count;
}

[[gnu::noinline]] static void check_references(Node **end, long count) {
  for (long i = count - 1; i >= 0; --i)
    check(good_pair(*--end, i), "an array of references was lost", count);
}

[[gnu::noinline]] static void check_nodes(Node *end, long count) {
  for (long i = count - 1; i >= 0; --i)
    check((--end)->good(i), "an array of nodes was lost", count);
}

int main() {
  for (long count : {1L, 2L, 4L, 16L, 64L, 1024L, 4096L, 8192L, 100000L}) {
    Node **end = end_of_references(count);
    disturb();
    check_references(end, count);

    Holder *holder = new Holder;
    holder->end = end_of_references(count);
    holder->end_of_nodes = end_of_nodes(count);
    for (int i = 0; i < 3; ++i) {
      disturb();
      tricolor::make_array<Node *>(count);
    }
    check_references(holder->end, count);
    check_nodes(holder->end_of_nodes, count);
  }
  std::printf("past-the-end: done\n");
  return finish();
}
