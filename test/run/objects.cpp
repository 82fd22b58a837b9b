//===- test/run/objects.cpp - Classes, lambdas, the language's containers -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Virtual bases, thunks that adjust and that pass structures by value, covariant results, pointers to
// members, lambdas of every capture, initializer lists, structured bindings, variants, views.
//
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O0 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O1 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O2 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O3 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#include <algorithm>
#include <any>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
// virtual bases, thunks
struct Base {
  virtual ~Base() { disturb(); }
  virtual Base *self() { return this; }
  virtual Node *make(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f) = 0;
  Node *mine = mk(1);
};
struct Left : virtual Base {
  Node *left = mk(2);
  long pad = 0;
};
struct Right : virtual Base {
  Node *right = mk(3);
  virtual bool right_good(Node *n) { return good_pair(n, 3); }
};
struct Both : tricolor::managed, Left, Right {
  Node *both = mk(4);
  Both *self() override {
    disturb();
    return this;
  } // covariant
  Node *make(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f) override {
    disturb();
    return good_pair(a, 10) && good_pair(b, 11) && good_pair(c, 12) && good_pair(d, 13) &&
                   good_pair(e, 14) && good_pair(f, 15)
               ? both
               : nullptr;
  }
  bool right_good(Node *n) override {
    disturb();
    return good_pair(n, 3) && good_pair(both, 4) && good_pair(left, 2) && good_pair(mine, 1);
  }
  ~Both() override {}
};
NOINLINE Base *make_base() { return new Both; }
NOINLINE Right *make_right() { return new Both; }
NOINLINE void thunks() {
  Base *b = make_base(); // pointer into the middle: virtual base
  disturb();
  Base *s = b->self();
  b = nullptr;
  disturb();
  check(good_pair(s->make(mk(10), mk(11), mk(12), mk(13), mk(14), mk(15)), 4), "thunk args");
  Right *r = make_right();
  disturb();
  check(r->right_good(r->right), "right");
  check(dynamic_cast<Left *>(s) && good_pair(dynamic_cast<Left *>(s)->left, 2), "dynamic_cast");
}
// a variadic or byval thunk
struct Big {
  Node *n[6];
};
struct I1 {
  virtual Big big(Big b, Node *n, ...) = 0;
  virtual Big bigp(Big b) = 0;
  virtual long double ld(Node *n) = 0;
};
struct I2 {
  virtual Big big2(Big b, Node *n) = 0;
  virtual long double ld2(Big b) = 0;
};
struct Impl : tricolor::managed, I1, I2 {
  Node *k = mk(9);
  Big big(Big b, Node *n, ...) override {
    disturb();
    b.n[0] = n;
    return b;
  }
  Big bigp(Big b) override {
    disturb();
    return b;
  }
  long double ld(Node *n) override {
    disturb();
    return good_pair(n, 1);
  }
  Big big2(Big b, Node *n) override {
    disturb();
    b.n[1] = n;
    b.n[2] = k;
    return b;
  }
  long double ld2(Big b) override {
    disturb();
    for (Node *n : b.n)
      if (!good_pair(n, 7))
        return 0;
    return 1;
  }
};
NOINLINE I2 *make_i2() { return new Impl; }
NOINLINE void byval_thunks() {
  Big b = make_i2()->big2(Big{{mk(7), mk(7), mk(7), mk(7), mk(7), mk(7)}}, mk(8));
  disturb();
  check(good_pair(b.n[0], 7) && good_pair(b.n[1], 8) && good_pair(b.n[2], 9) &&
            good_pair(b.n[5], 7),
        "byval thunk");
  check(make_i2()->ld2(Big{{mk(7), mk(7), mk(7), mk(7), mk(7), mk(7)}}) == 1, "ld thunk");
  Impl *i = new Impl;
  Big c = i->big(b, mk(3), 1, 2.0);
  disturb();
  check(good_pair(c.n[0], 3), "variadic member");
}
// pointers to members
struct Members : tricolor::managed {
  Node *a = mk(1);
  Node *b = mk(2);
  Node *get(Node *x) {
    disturb();
    return x ? x : a;
  }
  virtual Node *vget(Node *x) {
    disturb();
    return x ? x : b;
  }
};
NOINLINE Node *Members::*data_member(bool f) { return f ? &Members::a : &Members::b; }
NOINLINE void members() {
  auto *m = new Members;
  Node *Members::*p = data_member(true);
  Node *Members::*q = data_member(false);
  disturb();
  check(good_pair(m->*p, 1) && good_pair(m->*q, 2), "data member");
  Node *&ref = m->*p;
  m = nullptr;
  disturb();
  check(good_pair(ref, 1), "ref");
  m = new Members;
  Node *(Members::*f)(Node *) = &Members::get;
  Node *(Members::*volatile g)(Node *) = &Members::vget;
  check(good_pair((m->*f)(mk(5)), 5) && good_pair((m->*g)(mk(6)), 6) &&
            good_pair((m->*g)(nullptr), 2),
        "member functions");
  auto bound = std::bind_front(&Members::vget, new Members);
  disturb();
  check(good_pair(bound(nullptr), 2), "bind");
}
// lambdas
NOINLINE std::function<Node *(long)> make_function(long n) {
  Node *p = mk(n), *q = mk(n + 10), *r = mk(n + 20);
  return [p, q, r](long k) {
    disturb();
    return k == 0 ? p : k == 1 ? q : r;
  };
}
NOINLINE void lambdas(long n) {
  auto f = make_function(n);
  disturb();
  check(good_pair(f(0), n) && good_pair(f(1), n + 10) && good_pair(f(2), n + 20), "function", n);
  auto fac = [p = mk(n)](auto &&self, int d) -> Node * {
    disturb();
    return d ? self(self, d - 1) : p;
  };
  check(good_pair(fac(fac, 3), n), "recursive", n);
  auto init = [p = std::make_unique<Node *>(mk(n)),
               v = std::vector<Node *>{mk(n), mk(n)}]() mutable {
    disturb();
    v.push_back(*p);
    return v;
  };
  auto v = init();
  disturb();
  for (Node *x : v)
    check(good_pair(x, n), "init capture", n);
  Node *c = mk(n);
  auto by_ref = [&] {
    disturb();
    c = mk(n + 1);
    return [&c] {
      disturb();
      return c;
    };
  };
  check(good_pair(by_ref()(), n + 1), "by ref", n);
  auto generic = []<class... T>(T... t) {
    disturb();
    return (good_pair(t, 4) && ...);
  };
  check(generic(mk(4), mk(4), mk(4), mk(4), mk(4), mk(4), mk(4), mk(4)), "pack");
  Node *(*fp)(Node *) = [](Node *x) {
    disturb();
    return x;
  };
  check(good_pair(fp(mk(n)), n), "conversion", n);
}
NOINLINE bool list(std::initializer_list<Node *> l) {
  long n = 0;
  disturb();
  for (Node *x : l)
    if (!good_pair(x, n++))
      return false;
  return n == 5;
}
struct Agg {
  Node *first;
  int pad;
  Node *second;
};
NOINLINE Agg agg(long n) {
  Node *f = mk(n);
  return {.first = f, .pad = 1, .second = mk(n + 10)};
}
NOINLINE void bindings(long n) {
  auto [a, b, c] = agg(n);
  disturb();
  check(good_pair(a, n) && good_pair(c, n + 10) && b == 1, "binding", n);
  auto &&[d, e] = std::pair{mk(n), mk(n + 1)};
  disturb();
  check(good_pair(d, n) && good_pair(e, n + 1), "pair", n);
  std::tuple<Node *, int, Node *, double> t{mk(n), 1, mk(n + 1), 2.0};
  auto &[w, x, y, z] = t;
  disturb();
  check(good_pair(w, n) && good_pair(y, n + 1) && x + z == 3, "tuple", n);
  std::variant<long, Node *, double> v = mk(n);
  disturb();
  check(good_pair(std::get<Node *>(v), n), "variant", n);
  std::any any = mk(n);
  disturb();
  check(good_pair(std::any_cast<Node *>(any), n), "any", n);
  std::optional<Node *> o = mk(n);
  disturb();
  check(good_pair(*o, n), "optional", n);
  Node *ex = std::exchange(a, mk(n + 5));
  disturb();
  check(good_pair(ex, n) && good_pair(a, n + 5), "exchange", n);
}
NOINLINE void ranges(long n) {
  std::vector<Node *> v;
  for (long i = 0; i < 6; ++i)
    v.push_back(mk(n + i));
  auto view = v | std::views::filter([](Node *x) {
                disturb();
                return x->value % 2 == 0;
              }) |
              std::views::transform([](Node *x) {
                auto *y = new Node(*x);
                disturb();
                return y;
              }) |
              std::views::reverse;
  long k = 0;
  for (Node *x : view) {
    disturb();
    check(x->next->good(x->value + 1), "view", n);
    ++k;
  }
  check(k == 3, "views", k);
  std::ranges::sort(v, [](Node *a, Node *b) {
    disturb();
    return a->value > b->value;
  });
  check(good_pair(v[0], n + 5) && good_pair(v[5], n), "sorted", n);
  auto it = std::ranges::find_if(v, [&](Node *a) {
    disturb();
    return a->value == n + 2;
  });
  check(it != v.end() && good_pair(*it, n + 2), "find", n);
}
int main() {
  for (long n = 0; n < 2; ++n) {
    thunks();
    byval_thunks();
    members();
    lambdas(n * 100);
    check(list({mk(0), mk(1), mk(2), mk(3), mk(4)}), "list");
    bindings(n * 100);
    ranges(n * 100);
  }
  return finish();
}
