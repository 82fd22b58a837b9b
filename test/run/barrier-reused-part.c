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
// RUN: %tricolorc -O2 -DPLACE='elements[0]' %s -o %t1 %libs && %t1
// RUN: %tricolorc -O2 -DPLACE='outer.part' %s -o %t2 %libs && %t2
// RUN: %tricolorc -O2 -DPLACE='outers[0].parts[0]' %s -o %t3 %libs && %t3
// RUN: %tricolorc -O2 -DPLACE='outer.part.number' -DVALUE=value.number %s -o %t4 %libs && %t4
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <stdint.h>
#include <stdio.h>

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

static union Word *word;

__attribute__((noinline)) static void overwrite(long n) {
  struct Number value = {n};
  word->PLACE = VALUE;
}

__attribute__((noinline)) static uintptr_t prepare(void) {
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

int main(void) {
  uintptr_t hidden = prepare();
  tricolor_collect();
  if (!alive(hidden)) {
    printf("the object is gone\n");
    return 1;
  }
  tricolor_collect();
  if (alive(hidden)) {
    printf("the object is alive after the second cycle\n");
    return 1;
  }
  return 0;
}
