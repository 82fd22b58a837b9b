//===- test/run/musttail.cpp - Frames that are gone, and copies in nobody's frame ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Calls that must be jumps, with arguments in registers, on the stack and by value; state machines;
// callees taken out of an aggregate; structures passed by value to a function without maps, whose frame
// does not include them, while the original is overwritten.
//
// RUN: %clang -O2 -c %{inputs}/by-value.c -o %t.o
// RUN: %{build} -O0 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O1 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O2 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O3 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#include <tuple>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
// musttail
NOINLINE bool finish_(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, long n) {
  disturb();
  return good_pair(a, n) && good_pair(b, n) && good_pair(c, n) && good_pair(d, n) &&
         good_pair(e, n) && good_pair(f, n);
}
NOINLINE bool rotate(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, long n) {
  disturb();
  if (a->value % 2) [[clang::musttail]]
    return finish_(f, mk(n), b, c, d, e, n);
  [[clang::musttail]] return finish_(b, c, d, e, f, mk(n), n);
}
// more than the registers: on the stack
NOINLINE bool stack_end(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, Node *g, Node *h,
                        long n) {
  disturb();
  return good_pair(a, n) && good_pair(b, n) && good_pair(c, n) && good_pair(d, n) &&
         good_pair(e, n) && good_pair(f, n) && good_pair(g, n) && good_pair(h, n);
}
NOINLINE bool stack_tail(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, Node *g, Node *h,
                         long n) {
  disturb();
  a = mk(n);
  g = mk(n);
  [[clang::musttail]] return stack_end(h, g, f, e, d, c, b, a, n);
}
struct Big {
  Node *n[5];
};
NOINLINE long double churn() {
  disturb();
  return 1;
}
NOINLINE void fill(Big &b, long n) {
  for (Node *&p : b.n)
    p = mk(n);
}
NOINLINE bool big_end(Big b, Node *x, long n) {
  disturb();
  for (Node *p : b.n)
    if (!good_pair(p, n))
      return false;
  return good_pair(x, n);
}
// the parameter is the function's own to change, and the only holder, at a call without map
NOINLINE bool big_tail(Big b, Node *x, long n) {
  fill(b, n + 1);
  long double l = churn();
  Node *k = l == 1 ? b.n[3] : nullptr;
  check(good_pair(k, n + 1), "tail byval", n);
  [[clang::musttail]] return big_end(b, x, n + 1 - (x ? 0 : 1));
}
// state machine
struct Machine;
using Step = bool (*)(Machine *, Node *, int);
struct Machine : tricolor::managed {
  Step steps[3];
  Node *acc;
};
NOINLINE bool s0(Machine *m, Node *n, int k) {
  disturb();
  m->acc = n;
  [[clang::musttail]] return m->steps[1](m, mk(k), k);
}
NOINLINE bool s1(Machine *m, Node *n, int k) {
  disturb();
  Node *o = m->acc;
  m->acc = n;
  if (!good_pair(o, k))
    return false;
  if (k > 3) [[clang::musttail]]
    return m->steps[2](m, o, k);
  [[clang::musttail]] return m->steps[0](m, mk(k + 1), k + 1);
}
NOINLINE bool s2(Machine *m, Node *n, int k) {
  disturb();
  return good_pair(n, k) && good_pair(m->acc, k);
}
// callee is element N > 0 of an aggregate
struct Pair {
  Node *data;
  Node *(*call)(Node *, long);
};
NOINLINE Node *callee(Node *d, long n) {
  disturb();
  return good_pair(d, n) ? mk(n + 1) : nullptr;
}
NOINLINE Pair get_pair(long n) { return {mk(n), callee}; }
NOINLINE Node *through(long n) {
  auto [d, f] = get_pair(n);
  Node *keep = d;
  Node *r = f(d, n);
  disturb();
  return good_pair(keep, n) ? r : nullptr;
}
NOINLINE std::tuple<Node *(*)(Node *, long), Node *(*)(Node *, long)> get_two() {
  return {nullptr, callee};
}
NOINLINE Node *through_tuple(long n) { return std::get<1>(get_two())(mk(n), n); }
// deep recursion that becomes a loop
NOINLINE Node *build(long n, Node *acc) {
  if (n == 0)
    return acc;
  Node *x = new Node(n);
  x->next = acc;
  return build(n - 1, x);
}
// sret
NOINLINE Big make_big(long n) {
  Big b;
  fill(b, n);
  disturb();
  return b;
}
NOINLINE Big forward_big(long n) { return make_big(n); }
NOINLINE Big overwrite(Big b, long n) {
  b = make_big(n);
  disturb();
  return b;
}
extern "C" bool c_byval(Big b, void (*cb)(void), bool (*g)(Node *, long), long n);
struct Holder : tricolor::managed {
  Big b{};
};
static Big *source;
static void overwrite_source() {
  *source = Big{};
  disturb();
}
static bool good2(Node *p, long n) { return good_pair(p, n); }
NOINLINE bool unmanaged(long n) {
  Big b;
  fill(b, n);
  source = &b;
  bool g = c_byval(b, overwrite_source, good2, n);
  return g && !b.n[0];
}
NOINLINE bool unmanaged_heap(Holder *h, long n) {
  fill(h->b, n);
  source = &h->b;
  return c_byval(h->b, overwrite_source, good2, n);
}
NOINLINE bool unmanaged_temp(long n) {
  static Big scratch;
  source = &scratch;
  return c_byval(make_big(n), overwrite_source, good2, n);
}
int main() {
  for (long n = 0; n < 4; ++n) {
    check(rotate(mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), n), "rotate", n);
    check(stack_tail(mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), n), "stack", n);
    Big b;
    fill(b, n);
    check(big_tail(b, mk(n + 1), n), "big", n);
    for (Node *p : b.n)
      check(good_pair(p, n), "big source", n);
    Machine *m = new Machine;
    m->steps[0] = s0;
    m->steps[1] = s1;
    m->steps[2] = s2;
    check(s0(m, mk(1), 1), "machine", n);
    check(good_pair(through(n), n + 1), "pair", n);
    check(good_pair(through_tuple(n), n + 1), "tuple", n);
    Node *l = build(8, nullptr);
    disturb();
    long k = 0;
    for (; l; l = l->next) {
      ++k;
      check(l->good(k), "build", k);
    }
    check(k == 8, "length", k);
    Big c = forward_big(n);
    disturb();
    for (Node *p : c.n)
      check(good_pair(p, n), "sret", n);
    c = overwrite(c, n + 1);
    disturb();
    for (Node *p : c.n)
      check(good_pair(p, n + 1), "sret", n);
    check(unmanaged(n), "unmanaged", n);
    check(unmanaged_heap(new Holder, n), "unmanaged heap", n);
    check(unmanaged_temp(n), "unmanaged temp", n);
  }
  return finish();
}
