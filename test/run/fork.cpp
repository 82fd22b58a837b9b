//===- test/run/fork.cpp - fork in a program with threads ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While threads allocate and collect, the main thread forks. The child has the forking thread only: it
// must find its own objects, allocate, collect, make threads and end, whatever the others were at.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 30 | FileCheck %s
// RUN: %{stress} %t 3 | FileCheck %s
//
// CHECK: fork: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <atomic>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

static std::atomic<bool> over{false};

static void churn() {
  for (long i = 0; !over; ++i) {
    Node *pair = make_pair_of_nodes(i);
    if (i % 64 == 0)
      tricolor::collect();
    check(good_pair(pair, i), "a thread's node was lost", i);
    usleep(50);
  }
}

// Takes malloc's locks all the time: a fork must not hold this thread still while it has one.
static void allocate_with_malloc() {
  for (size_t bytes = 1; !over; bytes = bytes * 5 % 100'003)
    free(malloc(bytes));
}

[[noreturn]] static void live_as_child(Node *inherited, long round) {
  check(good_pair(inherited, round), "the child lost what it inherited", round);
  for (long i = 0; i < 20; ++i) {
    Node *own = make_pair_of_nodes(i);
    disturb();
    check(good_pair(own, i), "the child lost its own node", i);
  }
  Node *handed = make_pair_of_nodes(5);
  std::thread([handed] {
    disturb();
    check(good_pair(handed, 5), "the child's thread lost its node");
  }).join();
  check(good_pair(inherited, round), "the child lost what it inherited, later", round);
  std::exit(finish());
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 30);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back(churn);
  threads.emplace_back(allocate_with_malloc);
  for (long round = 0; round < rounds; ++round) {
    Node *pair = make_pair_of_nodes(round);
    pid_t child = fork();
    if (child == 0)
      live_as_child(pair, round);
    int status = -1;
    check(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0,
          "a child failed", status);
    check(good_pair(pair, round), "the parent lost its node", round);
  }
  over = true;
  for (std::thread &thread : threads)
    thread.join();
  std::printf("fork: done\n");
  return finish();
}
