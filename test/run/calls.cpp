//===- test/run/calls.cpp - Every way to pass and return ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// References live across calls of every shape: structures by value and by hidden pointer, results
// in two registers, on the stack and in x87 registers, variable arguments, arguments on the stack,
// pointers to functions and members, vectors, lambdas; called plainly and with a landing pad.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 200 | FileCheck %s
// RUN: %{stress} %t 4 | FileCheck %s
// RUN: %{build} -O1 %s -o %t %libs
// RUN: %{stress} %t 4 | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 200 | FileCheck %s
// RUN: %{stress} %t 4 | FileCheck %s
// RUN: %{build} -O3 -march=x86-64-v3 %s -o %t %libs
// RUN: %{stress} %t 4 | FileCheck %s
// RUN: %{build} -Os %s -o %t %libs
// RUN: %{stress} %t 4 | FileCheck %s
//
// CHECK: calls: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <array>
#include <complex>
#include <csetjmp>
#include <cstdarg>
#include <functional>
#include <utility>

#define NOINLINE [[gnu::noinline]]

// Passed in memory, returned through a hidden pointer.
struct Large {
  Node *nodes[9];
  long number;
};
// In two registers.
struct Two {
  Node *first;
  Node *second;
};
struct Mixed {
  Node *node;
  double weight;
};
// Not trivial: passed by reference to a temporary.
struct Owner {
  explicit Owner(long n) : node(make_pair_of_nodes(n)) {}
  Owner(const Owner &other) : node(other.node) { disturb(); }
  ~Owner() { disturb(); }
  Node *node;
};
struct Four {
  long numbers[4];
};
struct TwoLong {
  long double first, second;
};

NOINLINE Large make_large(long n) {
  Large large;
  for (long i = 0; i < 9; ++i)
    large.nodes[i] = make_pair_of_nodes(n + 10 * i);
  large.number = n;
  disturb();
  return large;
}

NOINLINE bool take_large(Large large, long n) {
  disturb();
  bool good = large.number == n;
  for (long i = 0; i < 9; ++i)
    good &= good_pair(large.nodes[i], n + 10 * i);
  return good;
}

NOINLINE Two make_two(long n) {
  Node *first = make_pair_of_nodes(n);
  return {first, make_pair_of_nodes(n + 10)};
}
NOINLINE bool take_two(Two two, Mixed mixed, long n) {
  disturb();
  return good_pair(two.first, n) && good_pair(two.second, n + 10) &&
         good_pair(mixed.node, n + 20) && mixed.weight == 0.5;
}
NOINLINE Mixed make_mixed(long n) {
  disturb();
  return {make_pair_of_nodes(n), 0.5};
}

NOINLINE bool take_owner(Owner owner, long n) {
  disturb();
  return good_pair(owner.node, n);
}

NOINLINE long double make_long_double(long n) {
  disturb();
  return static_cast<long double>(n) + 0.25L;
}
NOINLINE std::complex<long double> make_complex(long n) {
  disturb();
  return {static_cast<long double>(n), -1.0L};
}
NOINLINE TwoLong make_two_long(long n) {
  disturb();
  return {static_cast<long double>(n), 2.0L};
}
NOINLINE std::complex<double> make_small_complex(long n) {
  disturb();
  return {static_cast<double>(n), -2.0};
}
NOINLINE Four make_four(long n) {
  disturb();
  return {{n, n + 1, n + 2, n + 3}};
}
NOINLINE __int128 make_wide(long n) {
  disturb();
  return (static_cast<__int128>(n) << 64) | 7;
}

// Six arguments in registers, the others on the stack.
NOINLINE bool take_many(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, Node *g, Node *h,
                        double x, Node *i, long n) {
  disturb();
  return good_pair(a, n) && good_pair(b, n) && good_pair(c, n) && good_pair(d, n) &&
         good_pair(e, n) && good_pair(f, n) && good_pair(g, n) && good_pair(h, n) &&
         good_pair(i, n) && x == 1.5;
}

NOINLINE bool take_variable(int count, ...) {
  va_list list;
  va_start(list, count);
  disturb();
  bool good = true;
  for (int i = 0; i < count; ++i) {
    good &= va_arg(list, double) == i + 0.5;
    long n = va_arg(list, long);
    good &= good_pair(va_arg(list, Node *), n);
  }
  va_end(list);
  return good;
}

typedef long Vector __attribute__((vector_size(16)));
NOINLINE Vector make_vector(long n) {
  disturb();
  return Vector{n, n + 1};
}

struct Calls {
  virtual Node *make(long n) { return make_pair_of_nodes(n); }
  NOINLINE Node *make_directly(long n) { return make_pair_of_nodes(n + extra); }
  long extra = 3;
};

NOINLINE static void plain_calls(long n) {
  Node *mine = make_pair_of_nodes(n - 1);
  Large large = make_large(n);
  check(take_large(large, n), "a structure passed by value lost a node", n);
  check(take_large(make_large(n + 1), n + 1), "a temporary structure lost a node", n);
  check(take_large(large, n), "a structure lost a node after it was passed", n);
  Two two = make_two(n);
  Mixed mixed = make_mixed(n + 20);
  check(take_two(two, mixed, n), "a structure in registers lost a node", n);
  check(take_owner(Owner(n), n), "an object passed by reference lost its node", n);
  check(make_long_double(n) == static_cast<long double>(n) + 0.25L, "wrong long double", n);
  check(make_complex(n).imag() == -1.0L && make_complex(n).real() == n, "wrong complex", n);
  TwoLong two_long = make_two_long(n);
  check(two_long.first == n && two_long.second == 2.0L, "wrong pair of long double", n);
  check(make_small_complex(n).imag() == -2.0, "wrong small complex", n);
  check(make_four(n).numbers[3] == n + 3, "wrong structure of four", n);
  check(static_cast<long>(make_wide(n) >> 64) == n, "wrong 128-bit number", n);
  check(make_vector(n)[1] == n + 1, "wrong vector", n);
  Node *a = make_pair_of_nodes(n), *b = make_pair_of_nodes(n), *c = make_pair_of_nodes(n);
  check(take_many(a, b, c, a, b, c, a, b, 1.5, c, n), "an argument was lost", n);
  check(take_many(new Node(*a), new Node(*b), new Node(*c), a, b, c, new Node(*a), new Node(*b),
                  1.5, new Node(*c), n),
        "a temporary argument was lost", n);
  check(take_variable(3, 0.5, n, a, 1.5, n, make_pair_of_nodes(n), 2.5, n, c),
        "a variable argument was lost", n);
  check(good_pair(mine, n - 1) && good_pair(a, n) && good_pair(b, n) && good_pair(c, n) &&
            good_pair(two.second, n + 10) && good_pair(mixed.node, n + 20),
        "a local was lost", n);
}

NOINLINE static void indirect_calls(long n) {
  Node *mine = make_pair_of_nodes(n - 1);
  Calls object;
  Calls *volatile hidden = &object;
  Node *(Calls::*volatile direct)(long) = &Calls::make_directly;
  Node *(Calls::*volatile dispatched)(long) = &Calls::make;
  bool (*volatile function)(Large, long) = take_large;
  long double (*volatile returning)(long) = make_long_double;
  Four (*volatile returning_four)(long) = make_four;
  std::pair<long, Two (*)(long)> in_pair = {n, make_two};
  std::pair<long, Two (*)(long)> *volatile pair = &in_pair;
  Node *first = hidden->make(n);
  Node *second = (hidden->*direct)(n);
  Node *third = (hidden->*dispatched)(n);
  check(function(make_large(n), n), "an indirect call lost a node", n);
  check(returning(n) == static_cast<long double>(n) + 0.25L, "wrong indirect long double", n);
  check(returning_four(n).numbers[1] == n + 1, "wrong indirect structure", n);
  check(good_pair(pair->second(n).second, n + 10), "a call through a pair lost a node", n);
  check(good_pair(first, n) && good_pair(second, n + 3) && good_pair(third, n) &&
            good_pair(mine, n - 1),
        "a local was lost at an indirect call", n);
}

NOINLINE static void lambdas(long n) {
  Node *one = make_pair_of_nodes(n);
  Node *two = make_pair_of_nodes(n + 10);
  auto by_value = [one, two, n](auto more) {
    disturb();
    return good_pair(one, n) && good_pair(two, n + 10) && more == n;
  };
  one = two = nullptr;
  disturb();
  check(by_value(n), "a lambda lost a captured node", n);
  Node *third = make_pair_of_nodes(n);
  auto by_reference = [&third, n]() mutable {
    third = make_pair_of_nodes(n + 1);
    disturb();
    return good_pair(third, n + 1);
  };
  check(by_reference() && good_pair(third, n + 1), "a lambda lost a node captured by reference", n);
  std::function<Node *(Node *)> chained = [by_value, n](Node *node) {
    return by_value(n) ? node : nullptr;
  };
  check(good_pair(chained(make_pair_of_nodes(n)), n), "a function lost its argument", n);
}

// The same calls as invokes: the frame has something to destroy.
NOINLINE static long with_cleanups(long n, bool fail) {
  Owner owner(n);
  std::array<Node *, 20> nodes = {};
  for (size_t i = 0; i < nodes.size(); ++i)
    nodes[i] = make_pair_of_nodes(n);
  try {
    Owner inner(n + 1);
    check(take_large(make_large(n), n), "an invoke lost a node", n);
    check(make_long_double(n) > static_cast<long double>(n), "wrong long double of an invoke", n);
    check(make_four(n).numbers[2] == n + 2, "wrong structure of an invoke", n);
    check(take_variable(1, 0.5, n, nodes[3]), "a variable argument of an invoke was lost", n);
    if (fail)
      throw inner.node;
    check(good_pair(inner.node, n + 1), "an object in a try block lost its node", n);
  } catch (Node *thrown) {
    disturb();
    check(good_pair(thrown, n + 1), "a thrown pointer was lost", n);
  }
  long good = 0;
  for (Node *node : nodes)
    good += good_pair(node, n);
  check(good == 20 && good_pair(owner.node, n), "a frame with cleanups lost a node", n);
  return good;
}

static std::jmp_buf jump;

NOINLINE static void jump_back(Node *node) {
  disturb();
  if (good_pair(node, 12))
    std::longjmp(jump, 1);
}

NOINLINE static void jumps() {
  Node *volatile node = make_pair_of_nodes(12);
  if (setjmp(jump) == 0)
    jump_back(node);
  disturb();
  check(good_pair(node, 12), "a node was lost in a function that calls setjmp");
}

// A frame of a size known only at run time.
NOINLINE static void dynamic_frame(long n) {
  Node **nodes = static_cast<Node **>(__builtin_alloca(static_cast<size_t>(n) * sizeof(Node *)));
  for (long i = 0; i < n; ++i)
    nodes[i] = nullptr;
  for (long i = 0; i < n; ++i)
    nodes[i] = make_pair_of_nodes(i);
  disturb();
  for (long i = 0; i < n; ++i)
    check(good_pair(nodes[i], i), "an array of variable length lost a node", i);
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 200);
  for (long i = 0; i < rounds; ++i) {
    plain_calls(i * 100);
    indirect_calls(i * 100);
    lambdas(i * 100);
    with_cleanups(i * 100, i % 2 == 0);
    jumps();
    dynamic_frame(i % 20 + 5);
  }
  std::printf("calls: done\n");
  return finish();
}
