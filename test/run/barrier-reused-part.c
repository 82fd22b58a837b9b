//===- test/run/barrier-reused-part.c - A structure inside a union's member ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// As barrier-reused-union.c, where the structure that is copied is not the union's member itself but an element
// or a part of it. One way in a file: each must be found alone.
//
// What is overwritten is not remembered in mode dijkstra.
// UNSUPPORTED: dijkstra
//
// RUN: %tricolorc -I%{inputs} -O2 -DPLACE='elements[0]' %s -o %t1 %libs && %t1
// RUN: %tricolorc -I%{inputs} -O2 -DPLACE='outer.part' %s -o %t2 %libs && %t2
// RUN: %tricolorc -I%{inputs} -O2 -DPLACE='outers[0].parts[0]' %s -o %t3 %libs && %t3
// RUN: %tricolorc -I%{inputs} -O2 -DPLACE='outer.part.number' -DVALUE=value.number %s -o %t4 %libs && %t4
//
//===------------------------------------------------------------------------------------------===//

#ifndef VALUE
#define VALUE value
#endif

struct Number {
  long number;
};

struct Outer {
  struct Number part;
};

struct Array {
  struct Number parts[1];
};

union Word {
  struct Number elements[1];
  struct Outer outer;
  struct Array outers[1];
  void *pointer;
};

#include "overwritten-word.h"

__attribute__((noinline)) static void overwrite(long n) {
  struct Number value = {n};
  word->PLACE = VALUE;
}

int main(void) { return failures_of("part", overwrite) != 0; }
