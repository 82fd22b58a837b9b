//===- test/run/exec.cpp - exec while another thread collects -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A process whose one thread calls exec while another one's first cycle starts the runtime's threads. The
// kernel makes no thread then (EAGAIN): the program must be replaced, not ended. Children of fork do it, at
// one moment after the other.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 400 | FileCheck %s
//
// CHECK: exec: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

static std::atomic<bool> begun{false};

static void collect_later(int turns) {
  while (!begun)
    ;
  for (volatile int i = 0; i < turns; i = i + 1)
    ;
  tricolor::collect();
  for (;;)
    pause();
}

[[noreturn]] static void child(int number) {
  std::thread other(collect_later, number % 100 * 400);
  usleep(200);
  begun = true;
  execl("/bin/true", "true", nullptr);
  _exit(1);
}

int main(int, char **arguments) {
  int children = std::atoi(arguments[1]);
  for (int i = 0; i < children; ++i) {
    pid_t process = fork();
    check(process >= 0, "fork", i);
    if (process == 0)
      child(i);
    int status = 0;
    check(waitpid(process, &status, 0) == process, "waitpid", i);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child was not replaced", i);
  }
  std::puts("exec: done");
  return finish();
}
