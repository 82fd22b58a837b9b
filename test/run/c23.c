/*===- test/run/c23.c - The language C23 ----------------------------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* Deduced types, variadic functions without a named parameter, _BitInt in registers, in memory and passed
|* by value, enumerations of a given type, empty initializers.
|*
|* RUN: %tricolorc -std=c23 -Wall -Wextra -O0 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=c23 -Wall -Wextra -O1 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=c23 -Wall -Wextra -O2 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=c23 -Wall -Wextra -O3 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|*
\*===------------------------------------------------------------------------------------------===*/

#include "Inputs/c-node.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

NI typeof(struct node *) deduced(long n) {
  auto p = mk(n);
  typeof(p) q = p;
  p = nullptr;
  disturb();
  typeof_unqual(*(struct node *const *)&q) r = q;
  constexpr int k = 3;
  disturb();
  check(good(r, n), "auto", n + k);
  return r;
}
NI bool variable(...) {
  va_list l;
  va_start(l);
  disturb();
  bool g = good(va_arg(l, struct node *), 1) && good(va_arg(l, struct node *), 2);
  va_end(l);
  return g;
}
typedef unsigned _BitInt(64) b64;
typedef unsigned _BitInt(100) b100;
typedef unsigned _BitInt(128) b128;
typedef unsigned _BitInt(192) b192;
typedef unsigned _BitInt(512) b512;
NI b64 m64(long n) { return (b64)(uintptr_t)mk(n); }
NI b100 m100(long n) { return (b100)(uintptr_t)mk(n) << 30 >> 30; }
NI b128 m128(long n) { return (b128)(uintptr_t)mk(n) << 64 | (uintptr_t)mk(n); }
NI b192 m192(long n) { return (b192)m128(n) << 64 | (uintptr_t)mk(n); }
NI b512 m512(long n) {
  b512 b = 0;
  for (int i = 0; i < 8; ++i)
    b = b << 64 | (uintptr_t)mk(n);
  return b;
}
NI bool g512(b512 b, long n) {
  disturb();
  for (int i = 0; i < 8; ++i, b >>= 64)
    if (!good((struct node *)(uintptr_t)b, n))
      return false;
  return true;
}
NI bool bits(long n, b64 a, b100 h, b128 b, b192 c, b512 d) {
  disturb();
  return good((struct node *)(uintptr_t)a, n) && good((struct node *)(uintptr_t)h, n) &&
         good((struct node *)(uintptr_t)b, n) && good((struct node *)(uintptr_t)(b >> 64), n) &&
         good((struct node *)(uintptr_t)(c >> 128), n) &&
         good((struct node *)(uintptr_t)(c >> 64), n) && g512(d, n);
}
struct inner {
  int tag;
  struct node *n;
};
NI struct inner empty(long n) {
  struct inner s = {};
  disturb();
  s.n = mk(n);
  return s;
}
[[gnu::noinline]] struct node *attributed([[maybe_unused]] int x, struct node *p) {
  disturb();
  (void)x;
  return p;
}
enum big : uintptr_t {
  zero,
};
NI enum big as_enum(long n) { return (enum big)(uintptr_t)mk(n); }
int main() {
  for (long n = 0; n < 2; ++n) {
    struct node *d = deduced(n);
    disturb();
    check(good(d, n), "deduced", n);
    check(variable(mk(1), mk(2)), "variable", n);
    b64 a = m64(n);
    b100 h = m100(n);
    b128 b = m128(n);
    b192 c = m192(n);
    b512 e = m512(n);
    disturb();
    check(bits(n, a, h, b, c, e), "bits", n);
    check(bits(n, m64(n), m100(n), m128(n), m192(n), m512(n)), "temporaries", n);
    struct inner s = empty(n);
    disturb();
    check(good(s.n, n), "empty", n);
    struct inner t = (struct inner){};
    t.n = mk(n);
    disturb();
    check(good(t.n, n), "static literal", n);
    enum big g = as_enum(n);
    disturb();
    check(good((struct node *)g, n), "enum", n);
  }
  return bad;
}
