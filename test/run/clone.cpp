//===- test/run/clone.cpp - A process made behind the runtime's back ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// clone() without CLONE_VM, as GoogleTest's death tests call it, runs none of the handlers of fork. The child may
// have begun in the middle of a stop, which nobody will end there: it must get past its polls all the same.
// Nor may the parent's stops be disturbed.
//
// The thread sanitizer's clone holds all of its locks; a thread that is stopped in there stops everybody.
// UNSUPPORTED: tsan
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O2 -fplugin-arg-tricolor-polls=test %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: clone: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <atomic>
#include <cstdio>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static std::atomic<bool> ended{false};

static void collect_always() {
  while (!ended)
    tricolor::collect();
}

__attribute__((noinline)) static long length(Node *list) {
  long n = 0;
  for (; list; list = list->next)
    ++n;
  return n;
}

static int child(void *list) {
  // From code without maps to managed code and back, many times.
  for (int i = 0; i < 20; ++i)
    if (length(static_cast<Node *>(list)) != 100)
      return 1;
  return 0;
}

int main() {
  Node *list = nullptr;
  for (int i = 0; i < 100; ++i) {
    Node *node = new Node(i);
    node->next = list;
    list = node;
  }
  std::thread collector(collect_always);
  alignas(16) static char stack[1 << 20];
  for (int i = 0; i < 300; ++i) {
    pid_t process = clone(child, stack + sizeof stack, SIGCHLD, list);
    check(process > 0, "clone", i);
    int status = 0;
    check(waitpid(process, &status, 0) == process, "waitpid", i);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child", i);
  }
  ended = true;
  collector.join();
  std::puts("clone: done");
  return finish();
}
