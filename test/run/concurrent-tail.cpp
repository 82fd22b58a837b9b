//===- test/run/concurrent-tail.cpp - The end of a list that markers have not reached *- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread walks its list faster than the markers, cuts off the end, and has the only reference to it in its frame,
// which has been scanned already: what was overwritten must have been remembered. Then it puts the end back, or deletes
// what led to it.
//
// A round is a cycle or two over 30000 nodes: half a second under the thread sanitizer.
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 %if tsan %{ 20 %} %else %{ 400 %} | FileCheck %s
// RUN: %{concurrent} %t2 %if tsan %{ 10 %} %else %{ 100 %} | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 %if tsan %{ 10 %} %else %{ 30 %} | FileCheck %s
//
// CHECK: concurrent-tail: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <functional>

static constexpr long kLength = 30000;

static Node *ascending_list() {
  Node *first = nullptr;
  for (long i = kLength; i-- > 0;) {
    Node *node = new Node(i);
    node->next = first;
    first = node;
  }
  return first;
}

// The node at the index; the one before it is in `before`.
[[gnu::noinline]] static Node *walk(Node *first, long index, Node *&before) {
  Node *node = first;
  for (long i = 0; i < index; ++i) {
    before = node;
    node = node->next;
  }
  return node;
}

[[gnu::noinline]] static void check_rest(const Node *node, long from) {
  for (long i = from; i < kLength; ++i, node = node->next)
    if (!node || !node->good(i)) {
      check(false, "the end of the list is damaged", i);
      return;
    }
}

static void cut_and_mend(long rounds, const Collecting &collecting) {
  Node *first = ascending_list();
  for (long i = 0; i < rounds; ++i) {
    Node *before = nullptr;
    long at = kLength - 1000 + i % 900;
    Node *rest = walk(first, at, before);
    if (i % 3 == 0) {
      // A node goes, and with it what led to the rest.
      Node *two_before = nullptr;
      walk(first, at - 1, two_before);
      two_before->next = nullptr;
      delete before;
      before = new Node(at - 1);
      two_before->next = before;
    } else {
      before->next = nullptr;
    }
    // What is allocated may stand where the rest was, if it has been freed.
    for (int j = 0; j < 200; ++j)
      new Node(-1);
    // Until the cycle is over that was under way.
    collecting.await(1);
    check_rest(rest, at);
    before->next = rest;
  }
  check_rest(first, 0);
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 400);
  Collecting collecting;
  std::thread other(cut_and_mend, rounds, std::cref(collecting));
  cut_and_mend(rounds, collecting);
  other.join();
  collecting.await(1);
  std::printf("concurrent-tail: done\n");
  return finish();
}
