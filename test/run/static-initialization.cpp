//===- test/run/static-initialization.cpp - Initialized before main, and once -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Initializers that allocate and collect: of globals, templates, function-local statics from several
// threads at once, thread_locals; their destructors check again after main.
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
#include <atomic>
#include <thread>
#include <vector>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
struct Early {
  Node *n;
  long k;
  Early(long k) : n(mk(k)), k(k) { disturb(); }
  ~Early() {
    disturb();
    if (!good_pair(n, k)) {
      std::puts("bad at exit");
      std::_Exit(1);
    }
  }
};
[[gnu::init_priority(200)]] Early first(1);
static Node *dynamic_pointer = mk(20);
static Early array[3] = {Early(2), Early(3), Early(4)};
constinit Node *constant = nullptr;
constinit thread_local Node *tl_constant = nullptr;
inline Early inlined(5);
template <class T> struct Tmpl {
  static inline Early member{6};
};
template <class T> Early variable(7);
thread_local Early tl(8);
thread_local std::vector<Node *> tl_vector = {mk(9), mk(10)};
NOINLINE Early &local_static() {
  static Early e(11);
  return e;
}
NOINLINE Node *&local_thread() {
  static thread_local Node *n = mk(12);
  return n;
}
NOINLINE Node *const &lifetime() {
  static Node *const &r = mk(13);
  return r;
} // reference temporary
struct Nested {
  static Early &get() {
    static Early e = [] {
      Early inner(15);
      disturb();
      return inner;
    }();
    return e;
  }
};
static std::atomic<int> go;
int main() {
  constant = mk(21);
  tl_constant = mk(22);
  std::vector<std::thread> ts;
  for (int i = 0; i < 4; ++i)
    ts.emplace_back([] {
      ++go;
      while (go < 4)
        std::this_thread::yield();
      check(good_pair(local_static().n, 11), "local static");
      tl_constant = mk(23);
      disturb();
      check(good_pair(tl.n, 8) && good_pair(tl_vector[1], 10) && good_pair(local_thread(), 12) &&
                good_pair(tl_constant, 23),
            "thread local");
    });
  for (auto &t : ts)
    t.join();
  disturb();
  check(good_pair(first.n, 1) && good_pair(dynamic_pointer, 20) && good_pair(array[2].n, 4) &&
            good_pair(inlined.n, 5) && good_pair(Tmpl<int>::member.n, 6) &&
            good_pair(variable<long>.n, 7),
        "statics");
  check(good_pair(tl.n, 8) && good_pair(tl_vector[0], 9) && good_pair(local_thread(), 12) &&
            good_pair(lifetime(), 13) && good_pair(Nested::get().n, 15),
        "locals");
  check(good_pair(constant, 21) && good_pair(tl_constant, 22), "constinit");
  disturb();
  check(good_pair(local_thread(), 12) && good_pair(lifetime(), 13) &&
            good_pair(Nested::get().n, 15),
        "locals again");
  return finish();
}
