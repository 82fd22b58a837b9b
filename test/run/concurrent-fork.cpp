//===- test/run/concurrent-fork.cpp - Forks while cycles run ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A fork in any phase: the child goes on with all that the forking thread can reach, and collects for itself; the
// parent's cycle goes on.
//
// The thread sanitizer takes two seconds for each fork.
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{poison} %t2 %if tsan %{ 5 %} %else %{ 50 %} | FileCheck %s
// RUN: %{concurrent} %t2 %if tsan %{ 3 %} %else %{ 10 %} | FileCheck %s
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{concurrent} %t0 %if tsan %{ 3 %} %else %{ 10 %} | FileCheck %s
//
// CHECK: concurrent-fork: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <sys/wait.h>
#include <unistd.h>
#include <vector>

static void check_list(const Node *node, long length, const char *whose) {
  for (long i = length; i-- > 0; node = node->next)
    if (!node || !node->good(i)) {
      check(false, whose, i);
      return;
    }
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 200);
  std::atomic<bool> done{false};
  Collecting collecting;
  std::thread other([&] {
    while (!done)
      check_list(make_list(100), 100, "the other thread's list");
  });
  Node *kept = make_list(20000);
  for (long i = 0; i < count || collecting.cycles() < 3; ++i) {
    Node *recent = make_list(i % 50);
    pid_t child = fork();
    if (child == 0) {
      check_list(kept, 20000, "the child's list");
      for (int round = 0; round < 3; ++round) {
        check_list(make_list(500), 500, "the child's new list");
        tricolor::collect();
        check_list(kept, 20000, "the child's list after a cycle");
        check_list(recent, i % 50, "the child's recent list");
      }
      _exit(finish());
    }
    int status = -1;
    check(waitpid(child, &status, 0) == child, "no child");
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child failed", status);
    check_list(recent, i % 50, "the parent's recent list");
  }
  check_list(kept, 20000, "the parent's list");
  done = true;
  other.join();
  std::printf("concurrent-fork: done\n");
  return finish();
}
