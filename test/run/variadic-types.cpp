//===- test/run/variadic-types.cpp - Every type as a variadic argument --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// va_arg of pointers, structs in registers and in memory, unions, vectors, 128-bit and x87 values, twice
// (va_copy), with collections between the reads: the callee alone holds what has not been read yet.
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
#include <cstdarg>
#define NOINLINE [[gnu::noinline]]
struct Small {
  Node *a;
  Node *b;
};
struct Mixed {
  double d;
  Node *n;
};
struct Big {
  Node *n[5];
};
union U {
  Node *n;
  double d;
};
typedef long V2 __attribute__((vector_size(16)));
typedef long V4 __attribute__((vector_size(32)));
NOINLINE bool all(const char *f, ...) {
  va_list l, c;
  va_start(l, f);
  va_copy(c, l);
  bool good = true;
  for (int round = 0; round < 2; ++round) {
    disturb();
    va_list *w = round ? &c : &l;
    for (const char *p = f; *p; ++p) {
      long n = va_arg(*w, long);
      bool g = true;
      switch (*p) {
      case 'p':
        g = good_pair(va_arg(*w, Node *), n);
        break;
      case 'd':
        g = va_arg(*w, double) == n;
        break;
      case 'i':
        g = va_arg(*w, int) == n;
        break;
      case 'L':
        g = va_arg(*w, long double) == n;
        break;
      case 's': {
        Small s = va_arg(*w, Small);
        disturb();
        g = good_pair(s.a, n) && good_pair(s.b, n + 10);
        break;
      }
      case 'm': {
        Mixed s = va_arg(*w, Mixed);
        disturb();
        g = good_pair(s.n, n) && s.d == n;
        break;
      }
      case 'b': {
        Big s = va_arg(*w, Big);
        disturb();
        for (Node *x : s.n)
          g &= good_pair(x, n);
        break;
      }
      case 'w': {
        __int128 x = va_arg(*w, __int128);
        disturb();
        g = good_pair((Node *)(long)(x >> 64), n) && good_pair((Node *)(long)x, n);
        break;
      }
      case 'u': {
        U s = va_arg(*w, U);
        disturb();
        g = good_pair(s.n, n);
        break;
      }
      case 'h': {
        double s = va_arg(*w, double);
        disturb();
        g = good_pair(std::bit_cast<Node *>(s), n);
        break;
      }
      case 'v': {
        V2 s = va_arg(*w, V2);
        disturb();
        g = good_pair((Node *)s[0], n) && good_pair((Node *)s[1], n);
        break;
      }
      case 'c':
        g = va_arg(*w, _Complex double) == (n + n * 1.0i);
        break;
      case 'C':
        g = va_arg(*w, _Complex long double) == (n + n * 1.0il);
        break;
      }
      if (!g) {
        std::fprintf(stderr, "bad %c\n", *p);
        good = false;
      }
    }
  }
  va_end(l);
  va_end(c);
  return good;
}
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
NOINLINE bool vlist(const char *, va_list l, long n) {
  disturb();
  bool g = good_pair(va_arg(l, Node *), n);
  disturb();
  return g && good_pair(va_arg(l, Node *), n + 10);
}
NOINLINE bool outer(const char *f, ...) {
  va_list l;
  va_start(l, f);
  bool g = vlist(f, l, 5);
  va_end(l);
  return g;
}
NOINLINE bool tail(const char *f, long n) { return all(f, n, mk(n), n, mk(n), n, mk(n), n, mk(n)); }
int main() {
  for (long n = 0; n < 3; ++n) {
    check(all("pdiL", n, mk(n), n, (double)n, n, (int)n, n, (long double)n), "scalars", n);
    check(all("smbp", n, Small{mk(n), mk(n + 10)}, n, Mixed{(double)n, mk(n)}, n,
              Big{{mk(n), mk(n), mk(n), mk(n), mk(n)}}, n, mk(n)),
          "structs", n);
    check(all("wuhv", n, (__int128)(long)mk(n) << 64 | (unsigned long)mk(n), n, U{mk(n)}, n,
              std::bit_cast<double>(mk(n)), n, V2{(long)mk(n), (long)mk(n)}),
          "words", n);
    check(all("cCpppp", n, (n + n * 1.0i), n, (n + n * 1.0il), n, mk(n), n, mk(n), n, mk(n), n,
              mk(n)),
          "complex", n);
    check(all("hhhhhhhhhhp", n, std::bit_cast<double>(mk(n)), n, std::bit_cast<double>(mk(n)), n,
              std::bit_cast<double>(mk(n)), n, std::bit_cast<double>(mk(n)), n,
              std::bit_cast<double>(mk(n)), n, std::bit_cast<double>(mk(n)), n,
              std::bit_cast<double>(mk(n)), n, std::bit_cast<double>(mk(n)), n,
              std::bit_cast<double>(mk(n)), n, std::bit_cast<double>(mk(n)), n, mk(n)),
          "doubles", n);
    check(outer("", mk(5), mk(15)), "outer");
    check(tail("pppp", n), "tail");
  }
  return finish();
}
