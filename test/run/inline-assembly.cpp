//===- test/run/inline-assembly.cpp - References through assembly, computed goto ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Pointers that come out of inline assembly (outputs, tied and changed operands, operands in memory, in
// vector registers, of an asm goto) are roots like any other; so are those of a computed goto.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O1 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O3 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
NOINLINE bool out(long n) {
  Node *p = mk(n), *q;
  asm volatile("mov %1, %0" : "=r"(q) : "r"(p));
  disturb();
  return good_pair(q, n);
}
NOINLINE bool inout(long n) {
  Node *p = mk(n);
  asm volatile("" : "+r"(p) : : "memory");
  disturb();
  return good_pair(p, n);
}
NOINLINE bool inout_int(long n) {
  uintptr_t p = (uintptr_t)mk(n);
  asm volatile("" : "+r"(p));
  disturb();
  return good_pair((Node *)p, n);
}
NOINLINE bool swap2(long n) {
  Node *a = mk(n), *b = mk(n + 10);
  asm("xchg %0, %1" : "+r"(a), "+r"(b));
  disturb();
  return good_pair(a, n + 10) && good_pair(b, n);
}
NOINLINE bool memory_in(long n) {
  Node *a = mk(n), *b;
  asm volatile("mov %1, %0" : "=r"(b) : "m"(a));
  disturb();
  return good_pair(b, n);
}
NOINLINE bool memory_out(long n) {
  Node *a = mk(n), *b = nullptr;
  asm volatile("mov %1, %0" : "=m"(b) : "r"(a));
  a = nullptr;
  disturb();
  return good_pair(b, n);
}
NOINLINE bool xmm(long n) {
  Node *a = mk(n), *b;
  double d;
  asm("movq %1, %0" : "=x"(d) : "r"(a));
  a = nullptr;
  disturb();
  asm("movq %1, %0" : "=r"(b) : "x"(d));
  return good_pair(b, n);
}
NOINLINE bool jump(long n, int which) {
  Node *p = mk(n), *q = nullptr;
  asm goto("mov %2, %0\n test %1, %1\n jnz %l3" : "=r"(q) : "r"(which), "r"(p) : "cc" : other);
  disturb();
  return good_pair(q, n);
other:
  disturb();
  return good_pair(q, n) && good_pair(p, n);
}
NOINLINE bool tied(long n) {
  Node *a = mk(n), *b;
  asm("lea 16(%1), %0" : "=r"(b) : "0"(a));
  disturb();
  return b->value == (long)a->next /*field*/ && good_pair(a, n);
}
NOINLINE bool offset(long n) {
  Node *a = mk(n);
  long *f;
  asm("lea 8(%1), %0" : "=r"(f) : "r"(a));
  a = nullptr;
  disturb();
  return *f == ~n;
}
// Computed goto
NOINLINE long interpret(const unsigned char *code, long n) {
  static const void *const ops[] = {&&push, &&collect, &&pop, &&swap, &&stop};
  Node *stack[4];
  int top = 0;
  Node *acc = nullptr;
  long sum = 0;
  goto *ops[*code];
push:
  acc = mk(n + *++code);
  stack[top++] = acc;
  goto *ops[*++code];
collect:
  disturb();
  goto *ops[*++code];
pop:
  acc = stack[--top];
  sum += acc->next->value;
  goto *ops[*++code];
swap: {
  Node *t = stack[top - 1];
  stack[top - 1] = stack[top - 2];
  stack[top - 2] = t;
  disturb();
  goto *ops[*++code];
}
stop:
  return acc->good(n + code[1] + 1) ? sum : -1;
}
int main() {
  for (long n = 0; n < 3; ++n) {
    check(out(n), "out", n);
    check(inout(n), "inout", n);
    check(inout_int(n), "inout_int", n);
    check(swap2(n), "swap", n);
    check(memory_in(n), "min", n);
    check(memory_out(n), "mout", n);
    check(xmm(n), "xmm", n);
    check(jump(n, 0), "jump0", n);
    check(jump(n, 1), "jump1", n);
    check(tied(n), "tied", n);
    check(offset(n), "offset", n);
    const unsigned char code[] = {0, 1, 0, 2, 1, 3, 1, 2, 1, 2, 4, 1};
    long s = interpret(code, n);
    check(s == n + 2 + n + 3, "interpret", s);
  }
  return finish();
}
