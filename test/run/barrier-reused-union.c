//===- test/run/barrier-reused-union.c - A structure of numbers over a pointer -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The members of a union are written in every way that C has, with the barrier's flag raised by hand: the
// pointer that was there is remembered, and its object survives the next cycle.
//
// What is overwritten is not remembered in mode dijkstra.
// UNSUPPORTED: dijkstra
//
// RUN: %tricolorc -I%{inputs} -O0 %s -o %t0 %libs && %t0
// RUN: %tricolorc -I%{inputs} -O2 %s -o %t2 %libs && %t2
// RUN: %tricolorc -I%{inputs} -O3 %s -o %t3 %libs && %t3
//
//===------------------------------------------------------------------------------------------===//

struct Number {
  long number;
};

union Word {
  long number;
  double real;
  struct Number structure;
  long numbers[1];
  void *pointer;
};

#include "overwritten-word.h"

__attribute__((noinline)) static void with_long(long n) { word->number = n; }
__attribute__((noinline)) static void with_real(long n) { word->real = (double)n; }
__attribute__((noinline)) static void with_part(long n) { word->structure.number = n; }
__attribute__((noinline)) static void with_element(long n) { word->numbers[n - 5] = n; }
__attribute__((noinline)) static void with_literal(long n) { word->structure = (struct Number){n}; }
__attribute__((noinline)) static void with_copy(long n) {
  struct Number value = {n};
  word->structure = value;
}
__attribute__((noinline)) static void with_whole(long n) { *word = (union Word){.number = n}; }

int main(void) {
  int failures = 0;
  failures += failures_of("long", with_long);
  failures += failures_of("double", with_real);
  failures += failures_of("part of a structure", with_part);
  failures += failures_of("element", with_element);
  failures += failures_of("literal", with_literal);
  failures += failures_of("copy", with_copy);
  failures += failures_of("whole union", with_whole);
  return failures != 0;
}
