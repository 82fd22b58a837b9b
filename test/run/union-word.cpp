//===- test/run/union-word.cpp - A word that is read as a number and a pointer ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The optimizer reads such a word of memory once, as floating point: across the call in between that
// is all that holds the object.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{stress} %t
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdio>

struct Number : tricolor::managed {
  long value = 42;
};

struct Either : tricolor::managed {
  union {
    double number;
    Number *pointer;
  };
};

[[gnu::noinline]] Either *make() {
  auto *either = new Either;
  either->pointer = new Number;
  return either;
}

// Has a loop, and so a safepoint.
[[gnu::noinline, gnu::pure]] double count(int times, double first) {
  double sum = first;
  for (int i = 0; i != times; ++i)
    sum += i;
  return sum;
}

[[gnu::noinline]] long read(int times) {
  Either *either = make();
  double number = either->number;
  double sum = count(times, 1) + number;
  Number *pointer = either->pointer;
  return pointer->value + (sum == 17 ? 1 : 0);
}

int main() {
  long result = read(3);
  if (result != 42)
    std::printf("wrong: %ld\n", result);
  return result != 42;
}
