//===- test/run/finalizers-fork.cpp - Finalizers and fork, and exit ---------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The child of a fork has no finalizer thread and makes one of its own; what was queued and not
// called is called in both. A fork in a finalizer, exit in a finalizer, and exit while one runs.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: forks: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

static std::atomic<long> called;
static std::atomic<bool> held{true};

[[gnu::noinline]] static void drop(void (*function)(Node *)) {
  tricolor::add_finalizer(make_pair_of_nodes(1), function);
}

static void count_call(Node *node) {
  check(good_pair(node, 1), "a finalizer's object is damaged");
  ++called;
}

// Waits until that many have been called, by the thread alone.
[[gnu::noinline]] static void wait_for(long calls) {
  for (long i = 0; called < calls && i < 10000; ++i)
    usleep(1000);
  check(called == calls, "the finalizer thread did not call", called);
}

[[gnu::noinline]] static void collect_twice() {
  disturb();
  tricolor::collect();
}

static int end_of(pid_t child) {
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The child is left in the middle of nothing, with a queue of its own.
[[gnu::noinline]] static void after_the_thread_was_made() {
  called = 0;
  drop(count_call);
  collect_twice();
  wait_for(1);
  pid_t child = fork();
  called = 0;
  drop(count_call);
  collect_twice();
  wait_for(1);
  if (child == 0)
    _exit(check_failures != 0);
  check(end_of(child) == 0, "a finalizer did not run in a child");
}

// The thread is in the middle of a call, and another waits behind it.
[[gnu::noinline]] static void while_it_calls() {
  called = 0;
  held = true;
  drop([](Node *node) {
    count_call(node);
    while (held)
      usleep(1000);
  });
  collect_twice();
  wait_for(1);
  drop(count_call);
  collect_twice();
  pid_t child = fork();
  held = false;
  if (child == 0) {
    collect_twice(); // makes the thread
    wait_for(2);     // the one it was in the middle of is not called again
    _exit(check_failures != 0);
  }
  wait_for(2);
  check(end_of(child) == 0, "a queued finalizer did not run in a child");
}

[[gnu::noinline]] static void within_one() {
  called = 0;
  drop([](Node *node) {
    pid_t child = fork();
    if (child == 0) {
      count_call(node);
      tricolor::collect();
      _exit(called != 1);
    }
    check(end_of(child) == 0, "a child of a finalizer failed");
    count_call(node);
  });
  collect_twice();
  wait_for(1);
}

static void leave(Node *) { std::exit(7); }
static void linger(Node *) {
  ++called;
  usleep(20000);
  ++called;
}

[[gnu::noinline]] static void at_exit() {
  pid_t child = fork();
  if (child == 0) {
    drop(leave);
    collect_twice();
    sleep(100);
  }
  check(end_of(child) == 7, "exit in a finalizer did not end the program");
  child = fork();
  if (child == 0) {
    // Registered before the finalizer thread is made: runs after it has stopped, between two calls.
    std::atexit([] { _exit(called % 2); });
    called = 0;
    for (int i = 0; i < 100; ++i)
      drop(linger);
    collect_twice();
    while (called == 0)
      usleep(1000);
    std::exit(2);
  }
  check(end_of(child) == 0, "exit did not wait for the finalizer under way");
}

int main() {
  at_exit();
  after_the_thread_was_made();
  while_it_calls();
  within_one();
  std::printf("forks: done\n");
  return finish();
}
