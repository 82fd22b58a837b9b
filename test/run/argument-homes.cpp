//===- test/run/argument-homes.cpp - Parameters whose home is the caller's frame ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The back end likes to keep a parameter that is passed in memory, and whose address is taken, where the caller
// put it. A frame that is scanned as a whole, as at a call that returns a long double, ends below that: what the
// parameter was set to since would be lost.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -O1 %s -o %t %libs
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -Oz %s -o %t %libs
// RUN: %{stress} %t | FileCheck %s
//
// CHECK: argument-homes: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <cstdio>

__attribute__((noinline)) static long double lengthened(long n) {
  disturb();
  return static_cast<long double>(n) / 2;
}

__attribute__((noinline)) static void set(Node **home, long n) {
  check(n == 1 || good_pair(*home, n - 1), "the argument", n);
  *home = make_pair_of_nodes(n);
  disturb();
}

__attribute__((noinline)) static Node *use(long, long, long, long, long, long, Node *last, long n) {
  set(&last, n);
  long double half = lengthened(n);
  check(half * 2 == n, "a long double", n);
  check(good_pair(last, n), "the parameter", n);
  return last;
}

int main() {
  Node *last = nullptr;
  for (long n = 1; n < 20; ++n)
    last = use(1, 2, 3, 4, 5, 6, last, n);
  std::puts("argument-homes: done");
  return finish();
}
