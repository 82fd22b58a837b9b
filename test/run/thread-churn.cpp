//===- test/run/thread-churn.cpp - Hundreds of threads ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads come and go while others collect: arguments that nothing else holds, results handed back
// through a slot of the heap and through pthread_join, joined and detached threads.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 400 | FileCheck %s
// RUN: %{stress} %t 24 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 200 | FileCheck %s
// RUN: %{stress} %t 16 | FileCheck %s
//
// CHECK: thread-churn: {{[0-9]+}} threads
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

static constexpr long kBatch = 8;
static std::atomic<long> detached_done;

// The argument is the only reference to the node until the thread runs.
static void *take_argument(void *argument) {
  Node *node = static_cast<Node *>(argument);
  check(good_pair(node, node->value), "a thread's argument was lost");
  node->next = nullptr;
  Node *result = make_pair_of_nodes(node->value + 1);
  return result;
}

static void *take_detached(void *argument) {
  check(good_pair(static_cast<Node *>(argument), 77), "a detached thread's argument was lost");
  ++detached_done;
  return nullptr;
}

[[gnu::noinline]] static pthread_t start(long number, void *(*routine)(void *)) {
  pthread_t thread;
  if (pthread_create(&thread, nullptr, routine, make_pair_of_nodes(number)) != 0) {
    std::printf("cannot create a thread\n");
    std::exit(2);
  }
  return thread;
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 400) / kBatch * kBatch;
  Node **results = tricolor::make_array<Node *>(kBatch);
  long started = 0;
  for (long done = 0; done < count; done += kBatch) {
    // Plain threads: the argument goes in, a node comes out.
    pthread_t plain[2];
    for (long i = 0; i < 2; ++i)
      plain[i] = start(done + i, take_argument);
    pthread_detach(start(77, take_detached));

    // std::thread: its state, which holds the captured node, is freed by libstdc++.
    std::vector<std::thread> threads;
    for (long i = 3; i < kBatch; ++i) {
      Node *node = make_pair_of_nodes(done + i);
      threads.emplace_back([node, i, done, results] {
        check(good_pair(node, done + i), "a captured node was lost", i);
        for (long n = 0; n < 4; ++n)
          new Node(n);
        results[i] = make_pair_of_nodes(done * 10 + i);
      });
    }
    started += kBatch;
    disturb();
    for (std::thread &thread : threads)
      thread.join();
    // The result of a thread that has ended is held by the thread library alone.
    disturb();
    for (long i = 0; i < 2; ++i) {
      void *result = nullptr;
      pthread_join(plain[i], &result);
      check(good_pair(static_cast<Node *>(result), done + i + 1), "a thread's result was lost", i);
    }
    for (long i = 3; i < kBatch; ++i)
      check(good_pair(results[i], done * 10 + i), "a thread's node was lost", i);
  }
  for (int attempt = 0; attempt < 10000 && detached_done != count / kBatch; ++attempt)
    usleep(1000);
  check(detached_done == count / kBatch, "a detached thread did not finish", detached_done);
  std::printf("thread-churn: %ld threads\n", started);
  return finish();
}
