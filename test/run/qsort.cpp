//===- test/run/qsort.cpp - References that qsort moves while cycles run ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads sort arrays whose elements hold the only references to their nodes, in another order each time, by a
// comparator that allocates, while another thread collects: cycles begin, mark and end in the middle of a sort. Then
// sorts whose call has the only reference to the array or to the comparator's argument, and one that is left by
// an exception. Every node that is met must be whole.
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 20000 25 | FileCheck %s
// RUN: %{concurrent} %t2 20000 6 | FileCheck %s
// RUN: %{stress} %t2 40 1 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=mode=dijkstra:poison=1:verify=1 %{limit} %t2 20000 25 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=mode=dijkstra:perturb=7:poison=1:checkmark=1:verify=1 %{limit} %t2 20000 6 | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{poison} %t0 20000 10 | FileCheck %s
// RUN: %{concurrent} %t0 20000 3 | FileCheck %s
// RUN: %{stress} %t0 40 1 | FileCheck %s
//
// CHECK: qsort: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

// An order of all numbers, another one for each seed. Only what qsort_r is given refers to it.
struct Order : tricolor::managed {
  explicit Order(unsigned long seed) : seed(seed), complement(~seed) {}
  unsigned long key(long number) const {
    check(seed == ~complement, "the argument is gone", number);
    return (static_cast<unsigned long>(number) + seed) * 0x9e3779b97f4a7c15u;
  }

  unsigned long seed;
  unsigned long complement;
};

static thread_local unsigned long seed_of_round;
static thread_local long comparisons, until_exception;

static unsigned long key_of_round(long number) {
  return (static_cast<unsigned long>(number) + seed_of_round) * 0x9e3779b97f4a7c15u;
}

// Is met at every comparison: a node that nobody remembered shows early.
static const Node *node_at(const void *place) {
  const Node *node = *static_cast<Node *const *>(place);
  check(node->good(node->value) && node->next->good(node->value + 1), "a damaged node",
        node->value);
  return node;
}

[[gnu::noinline]] static void allocate_some() {
  if (++comparisons % 4 == 0)
    new Node(-comparisons);
}

static int compare(const void *a, const void *b) {
  allocate_some();
  unsigned long left = key_of_round(node_at(a)->value), right = key_of_round(node_at(b)->value);
  return left < right ? -1 : left > right;
}

static int compare_by(const void *a, const void *b, void *order) {
  allocate_some();
  const Node *left = node_at(a), *right = node_at(b);
  unsigned long first = static_cast<Order *>(order)->key(left->value);
  unsigned long second = static_cast<Order *>(order)->key(right->value);
  return first < second ? -1 : first > second;
}

static int compare_and_throw(const void *a, const void *b) {
  if (--until_exception == 0)
    throw new Node(comparisons);
  return compare(a, b);
}

static Node **make_nodes(long count) {
  Node **nodes = tricolor::make_array<Node *>(static_cast<size_t>(count));
  for (long i = 0; i < count; ++i)
    nodes[i] = make_pair_of_nodes(i * 2);
  return nodes;
}

// Every node is there once.
static void check_nodes(Node *const *nodes, long count) {
  long sum = 0;
  for (long i = 0; i < count; ++i)
    sum += node_at(nodes + i)->value;
  check(sum == count * (count - 1), "other nodes than before", sum);
}

static void check_order(Node *const *nodes, long count) {
  for (long i = 1; i < count; ++i)
    check(key_of_round(nodes[i - 1]->value) < key_of_round(nodes[i]->value), "not sorted", i);
}

// Neither the array nor the comparator's argument is in any frame but qsort's.
[[gnu::noinline]] static void sort_and_forget(long count, unsigned long seed) {
  std::qsort(make_nodes(count), static_cast<size_t>(count), sizeof(Node *), compare);
  qsort_r(make_nodes(count), static_cast<size_t>(count), sizeof(Node *), compare_by,
          new Order(seed));
}

[[gnu::noinline]] static void leave(Node **nodes, long count) {
  until_exception = 2 * count;
  try {
    std::qsort(nodes, static_cast<size_t>(count), sizeof(Node *), compare_and_throw);
  } catch (Node *thrown) {
    check(thrown->good(thrown->value), "a damaged exception", thrown->value);
    check_nodes(nodes, count);
    return;
  }
  check(false, "no exception");
}

static void sort_often(unsigned thread, long count, long rounds, const Collecting &collecting) {
  Node **nodes = make_nodes(count);
  std::vector<Node *> traced(nodes, nodes + count);
  for (Node *&node : traced)
    node = make_pair_of_nodes(node->value);
  for (long i = 0; i < rounds || collecting.cycles() < 3; ++i) {
    seed_of_round = static_cast<unsigned long>(i) * 1000003 + thread;
    std::qsort(nodes, static_cast<size_t>(count), sizeof(Node *), compare);
    check_nodes(nodes, count);
    check_order(nodes, count);
    qsort_r(traced.data(), traced.size(), sizeof(Node *), compare_by, new Order(seed_of_round));
    check_nodes(traced.data(), count);
    check_order(traced.data(), count);
    sort_and_forget(count / 10, seed_of_round);
    ++seed_of_round;
    leave(nodes, count);
    check_nodes(nodes, count);
  }
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 20000), rounds = argument(argc, argv, 2, 20);
  {
    Collecting collecting;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 2; ++i)
      threads.emplace_back(sort_often, i, count, rounds, std::cref(collecting));
    for (std::thread &thread : threads)
      thread.join();
  }
  std::printf("qsort: done\n");
  return finish();
}
