//===- test/run/markers.cpp - From one marker to thirty-two -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A heap of every shape that marking in parallel may get wrong: a list, which one marker has to walk
// alone while the others look for work; a wide tree, which overflows the markers' own buffers; an array
// of references; many threads' stacks. checkmark finds what is missed, the program what is freed.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=checkmark=1:poison=1:verify=1:trace=1:markers=1 %{limit} %t 2>&1 | FileCheck %s -DMARKERS=1
// RUN: env TRICOLOR_OPTIONS=checkmark=1:poison=1:verify=1:trace=1:markers=2 %{limit} %t 2>&1 | FileCheck %s -DMARKERS=2 --check-prefixes=CHECK,SHARED
// RUN: env TRICOLOR_OPTIONS=checkmark=1:poison=1:verify=1:trace=1:markers=7 %{limit} %t 2>&1 | FileCheck %s -DMARKERS=7 --check-prefixes=CHECK,SHARED
// RUN: env TRICOLOR_OPTIONS=checkmark=1:poison=1:verify=1:trace=1:markers=32 %{limit} %t 2>&1 | FileCheck %s -DMARKERS=32 --check-prefixes=CHECK,SHARED
//
// Several markers share work: what one gives to the global list another takes.
//
// CHECK:  gc 1 {{.*}} [[MARKERS]] markers,
// SHARED: gc {{.*}} {{[1-9][0-9]*}} steals
// CHECK:  markers: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <thread>
#include <vector>

struct Tree : tricolor::managed {
  Tree *children[8] = {};
  long number = 0;
};

static long count_good(const Node *list) {
  long count = 0;
  for (; list; list = list->next)
    count += list->complement == ~list->value;
  return count;
}

static Tree *make_tree(int depth) {
  Tree *tree = new Tree;
  tree->number = depth;
  if (depth > 0)
    for (Tree *&child : tree->children)
      child = make_tree(depth - 1);
  return tree;
}

static long count_tree(const Tree *tree, int depth) {
  long count = tree->number == depth;
  if (depth > 0)
    for (const Tree *child : tree->children)
      count += count_tree(child, depth - 1);
  return count;
}

static constexpr long kLength = 100'000;
static constexpr long kElements = 20'000;
static constexpr int kDepth = 5;
static constexpr long kTreeNodes = (8L * 8 * 8 * 8 * 8 * 8 - 1) / 7;

int main() {
  Node *list = make_list(kLength);
  Tree *tree = make_tree(kDepth);
  Node **array = tricolor::make_array<Node *>(kElements);
  for (long i = 0; i < kElements; ++i)
    array[i] = make_pair_of_nodes(i);
  std::vector<std::thread> threads;
  for (long t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      Node *own = make_list(1000 * (t + 1));
      for (int i = 0; i < 3; ++i)
        disturb();
      check(count_good(own) == 1000 * (t + 1), "a thread's list is broken", t);
    });
  for (int i = 0; i < 6; ++i)
    disturb();
  for (std::thread &thread : threads)
    thread.join();
  check(count_good(list) == kLength, "the list is broken");
  check(count_tree(tree, kDepth) == kTreeNodes, "the tree is broken");
  for (long i = 0; i < kElements; ++i)
    check(good_pair(array[i], i), "the array is broken", i);
  std::printf("markers: done\n");
  return finish();
}
