//===- test/run/concurrent-threads.cpp - Threads that come and go while cycles run --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Ten thousand threads, a few at a time, each with an argument and a result that nothing else refers to. They
// begin and end in every phase.
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 10000 | FileCheck %s
// RUN: %{concurrent} %t2 1000 | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 1000 | FileCheck %s
//
// CHECK: concurrent-threads: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <algorithm>
#include <pthread.h>
#include <vector>

static thread_local Node *own;

static void *work(void *raw) {
  auto *node = static_cast<Node *>(raw);
  own = make_pair_of_nodes(node->value + 10);
  check(good_pair(node, node->value), "the argument is gone");
  Node *result = new Node(node->value + 1);
  result->next = node;
  check(good_pair(own, node->value + 10), "what the thread_local had is gone");
  return result;
}

static void join(pthread_t thread, long number) {
  void *result = nullptr;
  check(pthread_join(thread, &result) == 0, "no join");
  auto *node = static_cast<Node *>(result);
  check(node->good(number + 1), "the result is gone", number);
  check(good_pair(node->next, number), "what the result refers to is gone", number);
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 10000);
  Collecting collecting;
  std::vector<pthread_t> running;
  for (long i = 0; i < count || collecting.cycles() < 3; i += 8) {
    for (long j = i; j < i + 8; ++j) {
      pthread_t thread;
      check(pthread_create(&thread, nullptr, work, make_pair_of_nodes(j)) == 0, "no thread");
      running.push_back(thread);
    }
    for (long j = i; j < i + 8; ++j)
      join(running[static_cast<size_t>(j - i)], j);
    running.clear();
  }
  std::printf("concurrent-threads: done\n");
  return finish();
}
