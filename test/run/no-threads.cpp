//===- test/run/no-threads.cpp - Nothing runs beside a program that never collects --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The runtime's own threads start with the first collection, not with the program: libc's malloc and
// stdio are slower from the second thread on. In the child of a fork, again only when it collects.
//
// RUN: %{build} -O1 %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=gcpercent=off %{limit} %t | FileCheck %s
//
// CHECK: no-threads: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

static long threads() {
  std::filesystem::directory_iterator tasks("/proc/self/task"), end;
  return std::distance(tasks, end);
}

int main() {
  check(good_pair(make_pair_of_nodes(1000), 1000), "the list is broken");
  check(threads() == 1, "threads before any collection", threads());
  tricolor::collect();
  check(threads() > 1, "no thread has been started by a collection", threads());
  pid_t child = fork();
  if (child == 0) {
    bool alone = threads() == 1;
    tricolor::collect();
    _exit(alone && threads() > 1 ? 0 : 1);
  }
  int status = 0;
  check(waitpid(child, &status, 0) == child && status == 0, "wrong threads in the child", status);
  std::puts("no-threads: done");
  return finish();
}
