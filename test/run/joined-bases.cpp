//===- test/run/joined-bases.cpp - A pointer past the end of one object or another --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A local variable that is one past the end of one object or another, and is then stepped in a loop, keeps
// the object: its base is that of the variable before the loop, which is neither that variable nor
// its value. Nothing else keeps a single object whose elements fill it.
//
// RUN: %{build} -O1 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: joined-bases: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

struct Numbers : tricolor::managed {
  long elements[8];
};

[[gnu::noinline]] static void fill(Numbers *numbers, long number) {
  for (long &element : numbers->elements)
    element = number++;
}

[[gnu::noinline]] static void disturb_numbers() {
  disturb();
  for (int i = 0; i < 4; ++i)
    fill(new Numbers, -1000);
}

[[gnu::noinline]] static void check_numbers(bool first, long count, long bytes) {
  Numbers *one = new Numbers, *other = new Numbers;
  fill(one, 10);
  fill(other, 20);
  long *end;
  // Computed in two ways, so that the optimizer does not make one of them.
  if (first) {
    disturb();
    end = one->elements + count;
  } else {
    disturb_numbers();
    end = reinterpret_cast<long *>(reinterpret_cast<char *>(other->elements) + bytes);
  }
  for (long i = count - 1; i >= 0; --i) {
    disturb_numbers();
    check(*--end == (first ? 10 : 20) + i, "an object of numbers was lost", i);
  }
}

int main() {
  volatile long count = 8, bytes = 8 * sizeof(long);
  check_numbers(true, count, bytes);
  check_numbers(false, count, bytes);
  std::printf("joined-bases: done\n");
  return finish();
}
