//===- test/run/concurrent-signals.cpp - Signal handlers while cycles run -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A timer's signal interrupts compiled code anywhere, also between a barrier's test and its store, and its handler
// polls. A thread that was interrupted there has not answered a handshake.
//
// The thread sanitizer is not told of the program's handlers: this one would interrupt it and, by its polls, call it.
// UNSUPPORTED: tsan
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 100 | FileCheck %s
// RUN: %{concurrent} %t2 30 | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 30 | FileCheck %s
//
// CHECK: concurrent-signals: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <csignal>
#include <sys/time.h>

static std::atomic<long> ticks;
static Node *chain;

// Has polls, and reads what others move.
static void tick(int) {
  long sum = 0;
  for (const Node *node = chain; node; node = node->next)
    sum += node->good(node->value);
  check(sum == 50, "the handler's chain is damaged", sum);
  ++ticks;
}

struct Pair : tricolor::managed {
  Node *left = nullptr, *right = nullptr;
};

// Nothing but stores and loads of references.
[[gnu::noinline]] static void rotate(Pair *pair, Pair *other, long rounds) {
  for (long i = 0; i < rounds; ++i) {
    Node *node = pair->left;
    pair->left = other->right;
    other->right = pair->right;
    pair->right = other->left;
    other->left = node;
  }
}

int main(int argc, char **argv) {
  long wanted = argument(argc, argv, 1, 300);
  for (int i = 0; i < 50; ++i) {
    Node *node = new Node(i);
    node->next = chain;
    chain = node;
  }
  struct sigaction action = {};
  action.sa_handler = tick;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  Collecting collecting;
  itimerval interval = {{0, 500}, {0, 500}};
  setitimer(ITIMER_REAL, &interval, nullptr);
  while (ticks < wanted || collecting.cycles() < 3) {
    Pair *pair = new Pair, *other = new Pair;
    pair->left = make_pair_of_nodes(1);
    pair->right = make_pair_of_nodes(3);
    other->left = make_pair_of_nodes(5);
    other->right = make_pair_of_nodes(7);
    rotate(pair, other, 4000);
    long sum = 0;
    for (const Node *node : {pair->left, pair->right, other->left, other->right}) {
      check(good_pair(node, node->value), "a node is damaged", node->value);
      sum += node->value;
    }
    check(sum == 16, "a node is lost", sum);
  }
  itimerval never = {};
  setitimer(ITIMER_REAL, &never, nullptr);
  std::printf("concurrent-signals: done\n");
  return finish();
}
