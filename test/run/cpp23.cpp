//===- test/run/cpp23.cpp - The language C++23 --------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Subscripts of several indices, static call operators, explicit object parameters (also by value and in
// recursive lambdas), assumptions, if consteval, std::expected, auto(), comparisons.
//
// RUN: %{build} -std=c++23 -O0 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -std=c++23 -O1 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -std=c++23 -O2 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -std=c++23 -O3 %s -o %t %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#include <compare>
#include <expected>
#include <utility>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
struct Matrix : tricolor::managed {
  Node *cells[2][3] = {};
  Node *&operator[](int r, int c) {
    disturb();
    return cells[r][c];
  }
  static Node *operator()(Node *x) {
    disturb();
    return x;
  }
};
struct Deduced : tricolor::managed {
  Node *n = mk(3);
  template <class Self> auto &&get(this Self &&self) {
    disturb();
    return std::forward<Self>(self).n;
  }
  Node *by_value(this Deduced self, Node *x) {
    disturb();
    return good_pair(self.n, 3) ? x : nullptr;
  }
};
NOINLINE long assumed(Node *n, long k) {
  [[assume(n != nullptr)]];
  [[assume(k >= 0)]];
  disturb();
  return n->next->value + k;
}
NOINLINE std::expected<Node *, long> maybe(long n) {
  if (n < 0)
    return std::unexpected(n);
  return mk(n);
}
consteval int three() { return 3; }
NOINLINE Node *constant(long n) {
  if consteval {
    return nullptr;
  } else {
    return mk(n + three());
  }
}
template <auto V> struct Tag {
  static constexpr auto value = V;
};
struct Ordered : tricolor::managed {
  long k;
  Node *n;
  Ordered(long k) : k(k), n(mk(k)) {}
  auto operator<=>(const Ordered &o) const {
    disturb();
    return k <=> o.k;
  }
  bool operator==(const Ordered &o) const {
    disturb();
    return good_pair(n, k) && good_pair(o.n, k);
  }
};
template <class T>
concept Makes = requires(T t) {
  { t(1L) } -> std::convertible_to<Node *>;
};
NOINLINE Node *call(Makes auto f, long n) {
  Node *r = f(n);
  disturb();
  return r;
}
int main() {
  for (long n = 0; n < 3; ++n) {
    auto *m = new Matrix;
    (*m)[1, 2] = mk(n);
    disturb();
    check(good_pair((*m)[1, 2], n), "subscript", n);
    Node *&ref = (*m)[1, 2];
    m = nullptr;
    disturb();
    check(good_pair(ref, n) && good_pair(Matrix{}(mk(n)), n), "reference", n);
    auto *d = new Deduced;
    check(good_pair(d->get(), 3) && good_pair(Deduced{}.get(), 3) &&
              good_pair(d->by_value(mk(n)), n),
          "this", n);
    check(assumed(mk(n), n) == 2 * n + 1, "assume", n);
    auto e = maybe(n);
    disturb();
    check(e && good_pair(*e, n), "expected", n);
    check(maybe(-1).error() == -1, "error");
    check(good_pair(constant(n), n + 3), "consteval", n);
    check((*new Ordered(n) <=> *new Ordered(n + 1)) < 0 && *new Ordered(n) == *new Ordered(n),
          "ordered", n);
    auto fix = [p = mk(n)](this auto self, int k) -> Node * {
      disturb();
      return k ? self(k - 1) : p;
    };
    check(good_pair(fix(3), n), "recursive lambda", n);
    check(good_pair(call(
                        [x = mk(n)](long) {
                          disturb();
                          return x;
                        },
                        n),
                    n),
          "concept", n);
    Node *copy = auto(mk(n));
    disturb();
    check(good_pair(copy, n), "auto()", n);
    static thread_local Node *lazy = mk(8);
    check(good_pair(lazy, 8), "static", n);
  }
  return finish();
}
