//===- test/run/moved-words.cpp - Pointers moved as floating point ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A union's word, a bit cast and a struct that is copied carry pointers through double and vector
// parameters, results and locals: merely moved, or computed with on the ways on which they are numbers.
// Without the roots of such values every function here reads freed memory.
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
#include <bit>
#include <cstring>
#define NOINLINE [[gnu::noinline]]
typedef double Pair __attribute__((vector_size(16)));
union Either {
  Node *node;
  double number;
};
NOINLINE double as_double(long n) { return std::bit_cast<double>(make_pair_of_nodes(n)); }
NOINLINE bool good_double(double d, long n) { return good_pair(std::bit_cast<Node *>(d), n); }
// parameter
NOINLINE bool parameter(double word, long n) {
  disturb();
  return good_double(word, n);
}
NOINLINE bool parameter_bits(double word, long n) {
  disturb();
  return good_pair(std::bit_cast<Node *>(word), n);
}
NOINLINE bool result(long n) {
  double word = as_double(n);
  disturb();
  return good_double(word, n);
}
NOINLINE bool results(long n) {
  double a = as_double(n), b = as_double(n + 10);
  disturb();
  return good_double(a, n) && good_double(b, n + 10);
}
NOINLINE double pass(double word) {
  disturb();
  return word;
}
NOINLINE bool union_param(Either e, long n) {
  disturb();
  return good_pair(e.node, n);
}
NOINLINE Either make_either(long n) {
  Either e;
  e.node = make_pair_of_nodes(n);
  return e;
}
NOINLINE Pair make_vec(long n) { return Pair{as_double(n), as_double(n + 10)}; }
NOINLINE bool good_vec(Pair p, long n) { return good_double(p[0], n) && good_double(p[1], n + 10); }
NOINLINE bool vec_param(Pair p, long n) {
  disturb();
  return good_vec(p, n);
}
NOINLINE bool choose(double a, double b, bool which, long n) {
  double d = which ? a : b;
  disturb();
  return good_double(d, which ? n : n + 10);
}
struct Two {
  double a;
  double b;
};
NOINLINE Two make_two(long n) { return {as_double(n), as_double(n + 10)}; }
NOINLINE bool two_param(Two t, long n) {
  disturb();
  return good_double(t.a, n) && good_double(t.b, n + 10);
}
struct Mix {
  Either e;
  long k;
};
NOINLINE Mix make_mix(long n) { return {make_either(n), n}; }
NOINLINE bool mix_param(Mix m) {
  disturb();
  return good_pair(m.e.node, m.k);
}
struct DM {
  double d;
  Node *p;
};
NOINLINE DM make_dm(long n) {
  double d = as_double(n);
  return {d, make_pair_of_nodes(n + 10)};
}
NOINLINE bool dm_param(DM m, long n) {
  disturb();
  return good_double(m.d, n) && good_pair(m.p, n + 10);
}
NOINLINE bool loop(double word, long n, int times) {
  bool g = true;
  for (int i = 0; i < times; ++i) {
    disturb();
    g &= good_double(word, n);
  }
  return g;
}
// A value of a dynamic language: its word is a number or a reference
struct Value {
  enum Kind : long { Number, Reference } kind;
  union {
    double number;
    Node *node;
  };
};
struct Box : tricolor::managed {
  Value value{};
  Box *next{};
};
NOINLINE Box *make_box(long n) {
  Box *b = new Box;
  b->value.kind = Value::Reference;
  b->value.node = make_pair_of_nodes(n);
  return b;
}
NOINLINE void mutate(Box *b) {
  b->value.kind = Value::Number;
  b->value.number = 1;
  disturb();
}
// The word is computed with on one way and stored on the other
NOINLINE double take_and_move(Box *from, Box *to, double sum) {
  Value v = from->value;
  mutate(from);
  if (v.kind == Value::Number)
    sum += v.number;
  to->value = v;
  return sum;
}
NOINLINE Value get(Box *b) {
  Value v = b->value;
  mutate(b);
  return v;
}
NOINLINE double add(Box *b, double sum) {
  Value v = b->value;
  mutate(b);
  if (v.kind == Value::Number)
    return sum + v.number;
  return sum + v.node->value;
}
NOINLINE double pick(Value v) {
  disturb();
  return v.kind == Value::Number ? v.number * 2 : (double)v.node->next->value;
}
NOINLINE void swap_boxes(Box *a, Box *b) {
  Value v = a->value;
  a->value = b->value;
  mutate(make_box(3));
  b->value = v;
}
NOINLINE bool nine(double, double, double, double, double, double, double, double, double ninth,
                   long n) {
  disturb();
  return good_pair(std::bit_cast<Node *>(ninth), n);
}
NOINLINE double make_d(long n) { return std::bit_cast<double>(make_pair_of_nodes(n)); }
NOINLINE long double churn() {
  disturb();
  return 1;
}
NOINLINE bool nine_unmapped(double, double, double, double, double, double, double, double,
                            double ninth, long n) {
  long double l = churn();
  return l == 1 && good_pair(std::bit_cast<Node *>(ninth), n);
}
int main() {
  for (long n = 0; n < 40; n += 20) {
    check(parameter(as_double(n), n), "parameter", n);
    check(parameter_bits(as_double(n), n), "parameter_bits", n);
    check(result(n), "result", n);
    check(results(n), "results", n);
    check(good_double(pass(as_double(n)), n), "pass", n);
    check(union_param(make_either(n), n), "union_param", n);
    Pair p = make_vec(n);
    disturb();
    check(good_vec(p, n), "vec result", n);
    check(vec_param(make_vec(n), n), "vec_param", n);
    check(choose(as_double(n), as_double(n + 10), n % 40 == 0, n), "choose", n);
    Two t = make_two(n);
    disturb();
    check(good_double(t.a, n) && good_double(t.b, n + 10), "two result", n);
    check(two_param(make_two(n), n), "two_param", n);
    check(mix_param(make_mix(n)), "mix", n);
    Mix m = make_mix(n);
    disturb();
    check(good_pair(m.e.node, n), "mix result", n);
    DM dm = make_dm(n);
    disturb();
    check(good_double(dm.d, n) && good_pair(dm.p, n + 10), "dm result", n);
    check(dm_param(make_dm(n), n), "dm_param", n);
    check(loop(as_double(n), n, 3), "loop", n);
  }
  for (long n = 0; n < 4; ++n) {
    Box *a = make_box(n * 20), *b = new Box;
    check(take_and_move(a, b, 1) == 1, "sum", n);
    check(good_pair(b->value.node, n * 20), "moved", n);
    Value v = get(make_box(n));
    disturb();
    check(good_pair(v.node, n), "got", n);
    check(add(make_box(n), 1) == 1 + n, "add", n);
    check(pick({Value::Reference, {.node = make_pair_of_nodes(n)}}) == n + 1, "pick", n);
    Box *c = make_box(n + 1), *d = make_box(n + 5);
    swap_boxes(c, d);
    check(good_pair(c->value.node, n + 5) && good_pair(d->value.node, n + 1), "swap", n);
    check(nine(1, 2, 3, 4, 5, 6, 7, 8, make_d(n), n), "nine", n);
    check(nine_unmapped(1, 2, 3, 4, 5, 6, 7, 8, make_d(n), n), "nine unmapped", n);
  }
  return finish();
}
