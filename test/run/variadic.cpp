//===- test/run/variadic.cpp - Variadic arguments of a call in tail position --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The caller of such a call is gone when the callee runs, so that nobody but the callee, which has
// them in the place where it saved its registers, holds the objects.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{stress} %t
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdarg>
#include <cstdio>

struct Number : tricolor::managed {
  long value;
  explicit Number(long value) : value(value) {}
};

[[gnu::noinline]] long sum(int count, ...) {
  va_list arguments;
  va_start(arguments, count);
  tricolor::collect();
  for (int i = 0; i != 100; ++i) {
    auto *other = new Number(7);
    asm volatile("" : : "r"(other) : "memory");
  }
  long sum = 0;
  for (; count != 0; --count)
    sum += va_arg(arguments, Number *)->value;
  va_end(arguments);
  return sum;
}

[[gnu::noinline]] long caller() { return sum(2, new Number(41), new Number(1)); }

int main() {
  long result = caller();
  if (result != 42)
    std::printf("wrong: %ld\n", result);
  return result != 42;
}
