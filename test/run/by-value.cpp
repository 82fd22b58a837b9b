//===- test/run/by-value.cpp - Structures passed by value, in frames without map ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A structure passed by value lies in the caller's frame and belongs to the callee, which keeps the
// only reference in it across a call that cannot carry a map: it returns a long double.
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
  long value;
  explicit Number(long value) : value(value) {}
};

struct Numbers {
  Number *number[4];
};

[[gnu::noinline]] static long double churn() {
  tricolor::collect();
  for (int i = 0; i != 100; ++i) {
    auto *other = new Number(7);
    asm volatile("" : : "r"(other) : "memory");
  }
  return 1;
}

// No frame but its own sees the object's address.
[[gnu::noinline]] static void fill(Numbers &numbers, unsigned which) {
  numbers.number[which % 4] = new Number(41);
}

[[gnu::noinline]] static long replace(Numbers numbers, unsigned which) {
  fill(numbers, which);
  auto one = static_cast<long>(churn());
  return numbers.number[which % 4]->value + one;
}

int main() {
  auto *first = new Number(1);
  long result = replace({{first, first, first, first}}, 2);
  if (result != 42)
    std::printf("wrong: %ld\n", result);
  return result != 42;
}
