//===- test/link/callbacks.cpp - Libraries that call the program back ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every way in which code without maps calls managed code: qsort, call_once, threads, atexit, a signal
// handler that does not allocate, and exceptions through frames of a file without the plugin. The
// callers hold references that nothing else holds.
//
// DEFINE: %{runs} = %{limit} %t | FileCheck %s && %{stress} %t | FileCheck %s
// RUN: %clangxx -O2 -DEXTERNAL -c %s -o %t.external.o
// RUN: %{build} -O2 -c %s -o %t.o
// RUN: %{build} %{bfd} %t.o %t.external.o -o %t %libs
// RUN: %{runs}
// RUN: %{build} %{lld} %t.external.o %t.o -o %t %shlibs
// RUN: %{runs}
// RUN: %{build} %{lld} -static %t.external.o %t.o -o %t %libs
// RUN: %{runs}
// RUN: %clangxx -O0 -DEXTERNAL -c %s -o %t.external.o
// RUN: %{build} -O0 -c %s -o %t.o
// RUN: %{build} %t.external.o %t.o -o %t %libs
// RUN: %{runs}
//
// CHECK: callbacks: 0 failures
// CHECK: atexit: good
//
//===------------------------------------------------------------------------------------------===//

// Calls throwing(number) with what make(number) returned in its frame, and use when that has thrown.
extern "C" void relay_exception(void *(*make)(long), void (*throwing)(long),
                                void (*use)(void *, long), long number);

#ifdef EXTERNAL

extern "C" void relay_exception(void *(*make)(long), void (*throwing)(long),
                                void (*use)(void *, long), long number) {
  void *object = make(number);
  struct AtEnd {
    void (*use)(void *, long);
    void *object;
    long number;
    ~AtEnd() { use(object, number); }
  } at_end{use, object, number};
  throwing(number);
}

#else

#include "part.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <thread>

static int failures;

static void expect(bool good, const char *what) {
  if (good)
    return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

static void *make(long number) { return new Node(number); }
static void use(void *object, long number) {
  tricolor::collect();
  expect(static_cast<Node *>(object)->good(number), "a frame without a map lost a node");
}
static void throw_node(long number) {
  Node *node = new Node(number + 1);
  tricolor::collect();
  throw node;
}

static void exceptions() {
  Node *mine = new Node(1);
  for (long i = 10; i < 20; ++i)
    try {
      relay_exception(make, throw_node, use, i);
      expect(false, "nothing was thrown");
    } catch (Node *node) {
      expect(node->good(i + 1), "an exception lost its node");
    }
  expect(mine->good(1), "a frame below an exception lost its node");
}

static int compare(const void *a, const void *b) {
  Node *mine = new Node(2);
  tricolor::collect();
  expect(mine->good(2), "a comparator lost its node");
  return static_cast<int>((*static_cast<Node *const *>(a))->number -
                          (*static_cast<Node *const *>(b))->number);
}

static void sorting() {
  Node *nodes[12];
  for (int i = 0; i < 12; ++i)
    nodes[i] = new Node(i * 7 % 12);
  std::qsort(nodes, 12, sizeof(Node *), compare);
  for (int i = 0; i < 12; ++i)
    expect(nodes[i]->good(i), "qsort lost a node");
}

static void *pthread_body(void *argument) {
  tricolor::collect();
  expect(static_cast<Node *>(argument)->good(3), "a thread's argument was lost");
  return new Node(4);
}

static void threads() {
  pthread_t thread;
  pthread_create(&thread, nullptr, pthread_body, new Node(3));
  tricolor::collect();
  void *result;
  pthread_join(thread, &result);
  expect(static_cast<Node *>(result)->good(4), "a thread's result was lost");
  Node *captured = new Node(5);
  std::thread([captured] {
    tricolor::collect();
    expect(captured->good(5), "a lambda's node was lost");
  }).join();
  static std::once_flag once;
  std::call_once(once, [] {
    Node *node = new Node(6);
    tricolor::collect();
    expect(node->good(6), "call_once's function lost its node");
  });
}

static Node *volatile signalled;
static void on_signal(int) { signalled->number = 8; }

static void signals() {
  signalled = new Node(7);
  std::signal(SIGUSR1, on_signal);
  for (int i = 0; i < 10; ++i) {
    std::raise(SIGUSR1);
    tricolor::collect();
  }
  expect(signalled->number == 8 && signalled->complement == ~7l,
         "a signal handler's node was lost");
}

static Node *last;
static void at_exit() {
  Node *node = new Node(9);
  tricolor::collect();
  std::printf("atexit: %s\n", node->good(9) && last->good(11) ? "good" : "lost a node");
}

int main() {
  last = new Node(11);
  std::atexit(at_exit);
  exceptions();
  sorting();
  threads();
  signals();
  std::printf("callbacks: %d failures\n", failures);
  return failures != 0;
}

#endif
