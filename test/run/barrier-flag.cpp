//===- test/run/barrier-flag.cpp - The write barrier, switched on by hand ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// With the barrier's flag raised by hand, a store remembers the overwritten pointer: an object whose only
// reference has been overwritten survives the next cycle, and dies in the one after. Without the flag it
// dies at once.
//
// What is overwritten is not remembered in mode dijkstra.
// UNSUPPORTED: dijkstra
//
// RUN: %tricolorxx -std=c++20 -O0 %s -o %t0 %libs && %t0
// RUN: %tricolorxx -std=c++20 -O2 %s -o %t2 %libs && %t2
// RUN: %tricolorxx -std=c++20 -O3 %s -o %t3 %libs && %t3
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>
#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>

struct Node : tricolor::managed {
  Node *next = nullptr;
  Node *other = nullptr;
};

static Node *holder;

static uintptr_t hidden(Node *node) { return ~reinterpret_cast<uintptr_t>(node); }

// The ways to overwrite holder->next. Each returns the child's hidden address.
using Overwrite = void (*)(Node *);

[[gnu::noinline]] static void with_null(Node *node) { node->next = nullptr; }
[[gnu::noinline]] static void with_fresh(Node *node) { node->next = new Node; }
[[gnu::noinline]] static void with_assignment(Node *node) { *node = Node(); }
[[gnu::noinline]] static void with_memset(Node *node) {
  memset(static_cast<void *>(node), 0, sizeof(Node));
}
[[gnu::noinline]] static void with_exchange(Node *node) {
  __atomic_exchange_n(&node->next, nullptr, __ATOMIC_SEQ_CST);
}
[[gnu::noinline]] static void with_compare_exchange(Node *node) {
  Node *expected = node->next;
  __atomic_compare_exchange_n(&node->next, &expected, static_cast<Node *>(nullptr), false,
                              __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

[[gnu::noinline]] static uintptr_t prepare(Overwrite overwrite, unsigned flag) {
  holder = new Node;
  holder->next = new Node;
  uintptr_t child = hidden(holder->next);
  __atomic_store_n(&tricolor_control.barrier, flag, __ATOMIC_SEQ_CST);
  overwrite(holder);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_SEQ_CST);
  return child;
}

[[gnu::noinline]] static bool alive(uintptr_t child) {
  return tricolor::is_collected(reinterpret_cast<void *>(~child));
}

static int failures = 0;

static void expect(const char *way, const char *when, bool is, bool wanted) {
  if (is != wanted) {
    printf("%s, %s: the child is %s\n", way, when, is ? "alive" : "gone");
    ++failures;
  }
}

static void check(const char *way, Overwrite overwrite) {
  uintptr_t child = prepare(overwrite, 0);
  tricolor::collect();
  expect(way, "flag down", alive(child), false);
  child = prepare(overwrite, 1);
  tricolor::collect();
  expect(way, "flag up, first cycle", alive(child), true);
  tricolor::collect();
  expect(way, "flag up, second cycle", alive(child), false);
}

int main() {
  check("null", with_null);
  check("fresh", with_fresh);
  check("assignment", with_assignment);
  check("memset", with_memset);
  check("exchange", with_exchange);
  check("compare_exchange", with_compare_exchange);
  return failures != 0;
}
