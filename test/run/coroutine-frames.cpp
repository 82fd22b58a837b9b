//===- test/run/coroutine-frames.cpp - Frames of coroutines, also elided ones -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Generators and awaiters whose frames lie in memory of operator new or, where the optimizer elides the
// allocation, in their caller's frame; with unions, objects with destructors, lambdas and nesting.
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
#include <coroutine>
#include <exception>
#include <optional>
#include <vector>
#define NOINLINE [[gnu::noinline]]
template <class T> struct Gen {
  struct promise_type {
    T value{};
    std::exception_ptr e;
    Gen get_return_object() {
      return Gen{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T v) {
      value = v;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { e = std::current_exception(); }
  };
  std::coroutine_handle<promise_type> h;
  explicit Gen(std::coroutine_handle<promise_type> h) : h(h) {}
  Gen(const Gen &) = delete;
  ~Gen() { h.destroy(); }
  bool next() {
    h.resume();
    return !h.done();
  }
  T value() { return h.promise().value; }
};
static Gen<Node *> three(long n) {
  Node *mine = make_pair_of_nodes(n + 100);
  for (long i = 0; i < 3; ++i) {
    co_yield make_pair_of_nodes(n + i);
    disturb();
    check(good_pair(mine, n + 100), "elided local", i);
  }
}
// inlined: frame elided to the stack
NOINLINE void elided(long n) {
  auto g = three(n);
  long i = 0;
  while (g.next()) {
    disturb();
    check(good_pair(g.value(), n + i), "elided yield", i);
    ++i;
  }
  check(i == 3, "count", i);
}
union W {
  Node *n;
  double d;
};
static Gen<W> words(long n) {
  W w{make_pair_of_nodes(n)};
  double d = w.d;
  co_yield w;
  disturb();
  W x;
  x.d = d;
  check(good_pair(x.n, n), "word", n);
  co_yield x;
  check(good_pair(x.n, n), "w", n);
}
struct Big {
  Node *n[3];
  Big(long k) {
    for (auto &p : n)
      p = make_pair_of_nodes(k);
  }
  ~Big() {
    disturb();
    for (auto p : n)
      check(p && p->next, "big dtor");
  }
};
static Gen<Node *> with_dtor(Big b, long n, Node *&ref) {
  Big c(n + 5);
  Big arr[2]{n, n};
  co_yield b.n[1];
  ref = c.n[2];
  co_yield arr[1].n[0];
}
// reference param, by value lambda coroutine
NOINLINE void lambda(long n) {
  Node *p = make_pair_of_nodes(n);
  auto l = [p](long n) -> Gen<Node *> {
    co_yield p;
    disturb();
    check(good_pair(p, n), "lambda capture", n);
    co_yield p;
  };
  p = nullptr;
  auto g = l(n);
  g.next();
  disturb();
  check(good_pair(g.value(), n), "lcap", n);
  g.next();
  disturb();
  check(good_pair(g.value(), n), "lcap2", n);
}
struct Awaiter {
  Node *n;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    disturb();
    h.resume();
  }
  Node *await_resume() {
    disturb();
    return n;
  }
};
struct Fire {
  struct promise_type {
    Fire get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
static Fire fire(long n, Node **out) {
  Node *k = make_pair_of_nodes(n + 50);
  Node *r = co_await Awaiter{make_pair_of_nodes(n)};
  disturb();
  check(good_pair(k, n + 50), "fire", n);
  *out = r;
}
static Gen<Node *> nest(int d, long n) {
  Node *m = make_pair_of_nodes(n);
  if (d) {
    auto g = nest(d - 1, n + 1);
    while (g.next()) {
      disturb();
      co_yield g.value();
    }
  }
  check(good_pair(m, n), "nest", n);
  co_yield m;
}
int main() {
  for (long n = 0; n < 3; ++n) {
    elided(n * 10);
    {
      auto g = words(n);
      g.next();
      disturb();
      check(good_pair(g.value().n, n), "words", n);
      g.next();
      disturb();
      g.next();
    }
    {
      Node *r = nullptr;
      auto g = with_dtor(Big(n), n, r);
      g.next();
      disturb();
      check(good_pair(g.value(), n), "wd", n);
      g.next();
      disturb();
      check(good_pair(r, n + 5), "wd2", n);
    }
    lambda(n);
    Node *o = nullptr;
    fire(n, &o);
    disturb();
    check(good_pair(o, n), "fire", n);
    auto g = nest(4, n);
    long c = 4;
    while (g.next()) {
      disturb();
      check(good_pair(g.value(), n + c), "nested", c);
      --c;
    }
  }
  return finish();
}
