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
// RUN: %tricolorc -O0 %s -o %t0 %libs && %t0
// RUN: %tricolorc -O2 %s -o %t2 %libs && %t2
// RUN: %tricolorc -O3 %s -o %t3 %libs && %t3
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <stdint.h>
#include <stdio.h>

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

static union Word *word;

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

__attribute__((noinline)) static uintptr_t prepare(void (*overwrite)(long)) {
  word = tricolor_new_conservative(sizeof *word);
  word->pointer = tricolor_new_conservative(64);
  uintptr_t hidden = ~(uintptr_t)word->pointer;
  __atomic_store_n(&tricolor_control.barrier, 1, __ATOMIC_SEQ_CST);
  overwrite(5);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_SEQ_CST);
  return hidden;
}

__attribute__((noinline)) static int alive(uintptr_t hidden) {
  return tricolor_is_collected((void *)~hidden);
}

static int failures;

static void check(const char *way, void (*overwrite)(long)) {
  uintptr_t hidden = prepare(overwrite);
  tricolor_collect();
  if (!alive(hidden)) {
    printf("%s: the object is gone\n", way);
    ++failures;
  }
  tricolor_collect();
  if (alive(hidden)) {
    printf("%s: the object is alive after the second cycle\n", way);
    ++failures;
  }
}

int main(void) {
  check("long", with_long);
  check("double", with_real);
  check("part of a structure", with_part);
  check("element", with_element);
  check("literal", with_literal);
  check("copy", with_copy);
  check("whole union", with_whole);
  return failures != 0;
}
