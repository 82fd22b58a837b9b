/*===- test/run/c11.c - The language C11 and its extensions ---------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* _Generic, atomic pointers, anonymous unions, flexible array members, compound literals, arrays of
|* variable length, alloca, alignment, complex numbers, labels as values, cleanups, callbacks of libc.
|*
|* The thread sanitizer does not know threads made by thrd_create.
|* UNSUPPORTED: tsan
|*
|* RUN: %tricolorc -std=gnu11 -Wall -Wextra -Wno-deprecated-non-prototype -Wno-atomic-alignment -O0 %s -o %t -latomic %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=gnu11 -Wall -Wextra -Wno-deprecated-non-prototype -Wno-atomic-alignment -O1 %s -o %t -latomic %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=gnu11 -Wall -Wextra -Wno-deprecated-non-prototype -Wno-atomic-alignment -O2 %s -o %t -latomic %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -std=gnu11 -Wall -Wextra -Wno-deprecated-non-prototype -Wno-atomic-alignment -O3 %s -o %t -latomic %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|*
\*===------------------------------------------------------------------------------------------===*/

#include "Inputs/c-node.h"

#include <complex.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#define SELECT(x)                                                                                  \
  _Generic((x), struct node *: (x), void *: (struct node *)(x), default: (struct node *)0)
NI void generic(long n) {
  void *v = mk(n);
  struct node *p = SELECT(v);
  v = 0;
  disturb();
  check(good(p, n), "generic", n);
}
static _Atomic(struct node *) global_atomic;
static _Thread_local struct node *tls;
NI void atomics(long n) {
  _Atomic(struct node *) a = mk(n);
  disturb();
  struct node *o = atomic_exchange(&a, mk(n + 5));
  disturb();
  check(good(o, n) && good(a, n + 5), "atomic", n);
  atomic_store(&global_atomic, mk(n));
  disturb();
  struct node *e = 0;
  check(!atomic_compare_exchange_strong(&global_atomic, &e, (struct node *)0), "cas", n);
  atomic_store(&global_atomic, (struct node *)0);
  disturb();
  check(good(e, n), "cas e", n);
  atomic_uintptr_t u = (uintptr_t)mk(n);
  disturb();
  uintptr_t w = atomic_exchange(&u, 0);
  disturb();
  check(good((struct node *)w, n), "uintptr", n);
  struct pair {
    struct node *a, *b;
  } v = {mk(n), mk(n + 1)}, w2;
  _Atomic(struct pair) pair;
  atomic_init(&pair, v);
  v.a = v.b = 0;
  disturb();
  w2 = atomic_load(&pair);
  disturb();
  check(good(w2.a, n) && good(w2.b, n + 1), "atomic pair", n);
}
struct anon {
  int kind;
  union {
    struct {
      struct node *a, *b;
    };
    double d[2];
    char c[16];
  };
};
NI struct anon make_anon(long n) {
  struct anon x = {.kind = 1, .a = mk(n)};
  x.b = mk(n + 10);
  return x;
}
NI void anonymous(long n) {
  struct anon x = make_anon(n), y;
  disturb();
  y = x;
  memset(&x, 0, sizeof x);
  disturb();
  check(good(y.a, n) && good(y.b, n + 10), "anonymous", n);
  double d = y.d[1];
  y.b = 0;
  disturb();
  memcpy(&y.b, &d, 8);
  check(good(y.b, n + 10), "anonymous d", n);
}
struct flexible {
  long count;
  struct node *n[];
};
NI void flexible(long n) {
  struct flexible *f = tricolor_new_conservative(sizeof *f + 20 * 8);
  f->count = 20;
  for (int i = 0; i < 20; ++i)
    f->n[i] = mk(n + i);
  disturb();
  for (int i = 0; i < 20; ++i)
    check(good(f->n[i], n + i), "flexible", i);
  struct node **p = &f->n[7];
  f = 0;
  disturb();
  check(good(p[12], n + 19), "flexible interior", n);
}
NI struct node *last_of(struct node **l) {
  disturb();
  struct node *r = 0;
  for (; *l; ++l)
    r = *l;
  return r;
}
NI void compound(long n) {
  struct node **l = (struct node *[]){mk(n), mk(n + 1), mk(n + 2), 0};
  disturb();
  check(good(last_of(l), n + 2) && good(l[0], n), "compound", n);
  check(good(last_of((struct node *[]){mk(n), mk(n + 3), 0}), n + 3), "compound arg", n);
  struct anon *x = &(struct anon){.a = mk(n)};
  disturb();
  check(good(x->a, n), "compound struct", n);
}
NI void statement(long n) {
  struct node *p = ({
    struct node *t = mk(n);
    disturb();
    t;
  });
  disturb();
  check(good(p, n), "stmt", n);
  struct node *q = ({
    struct node *a[3] = {mk(n), mk(n + 1), mk(n + 2)};
    disturb();
    a;
  })[0];
  (void)q;
  struct node *r = p ?: mk(2);
  disturb();
  check(good(r, n), "elvis", n);
}
NI void vla(long n, int rows, int cols) {
  struct node *a[rows][cols];
  memset(a, 0, sizeof a);
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j)
      a[i][j] = mk(n + i * 10 + j);
  disturb();
  for (int k = 0; k < 2; ++k) {
    struct node *b[rows];
    for (int i = 0; i < rows; ++i)
      b[i] = 0;
    for (int i = 0; i < rows; ++i)
      b[i] = mk(i);
    disturb();
    for (int i = 0; i < rows; ++i)
      check(good(b[i], i), "inner vla", i);
  }
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < cols; ++j)
      check(good(a[i][j], n + i * 10 + j), "vla", i);
}
NI int vla_param(int r, struct node *a[static r][2]) {
  disturb();
  return good(a[r - 1][1], 9);
}
NI void allocas(long n, int c) {
  struct node **l = 0;
  struct cell {
    struct cell *next;
    struct node *n;
  } *head = 0;
  (void)l;
  for (int i = 0; i < c; ++i) {
    struct cell *x = __builtin_alloca(sizeof *x);
    x->next = head;
    x->n = 0;
    x->n = mk(n + i);
    head = x;
    disturb();
  }
  for (int i = c; i--; head = head->next)
    check(good(head->n, n + i), "alloca", i);
  char *bytes = __builtin_alloca_with_align(64 * c, 256);
  struct node *p = mk(n);
  memcpy(bytes + 32, &p, 8);
  p = 0;
  disturb();
  memcpy(&p, bytes + 32, 8);
  check(good(p, n), "alloca bytes", n);
}
static alignas(64) struct node *aligned_global[3];
NI void aligned(long n) {
  alignas(64) struct node *a[2] = {mk(n), mk(n + 1)};
  aligned_global[2] = a[1];
  disturb();
  check(good(a[0], n) && ((uintptr_t)a & 63) == 0 && good(aligned_global[2], n + 1), "aligned", n);
  struct {
    char c;
    alignas(32) struct node *n;
  } s = {.n = mk(n)};
  disturb();
  check(good(s.n, n), "aligned member", n);
}
NI double complex cd(long n) {
  disturb();
  return n + n * I;
}
NI float complex cf(long n) {
  disturb();
  return n + n * I;
}
NI long double complex cl(long n) {
  disturb();
  return n + n * I;
}
NI int ctake(struct node *a, float complex f, double complex d, long double complex l,
             struct node *b, long n) {
  disturb();
  return good(a, n) && good(b, n) && f == n + n * I && d == n + n * I && l == n + n * I;
}
NI void complexes(long n) {
  struct node *p = mk(n);
  check(cd(n) == n + n * I && cf(n) == n + n * I && cl(n) == n + n * I && good(p, n), "complex", n);
  check(ctake(mk(n), cf(n), cd(n), cl(n), mk(n), n), "complex args", n);
}
NI void labels(long n) {
  static void *const t[] = {&&a, &&b, &&c};
  struct node *p = mk(n), *q = 0;
  for (int i = 0; i < 3; ++i) {
    goto *t[i];
  a:
    q = mk(n + 1);
    disturb();
    continue;
  b:
    check(good(q, n + 1), "label", n);
    q = p;
    disturb();
    continue;
  c:
    disturb();
    check(good(q, n), "label c", n);
  }
}
NI void cleanup_node(struct node **p) {
  disturb();
  check(good(*p, 4), "cleanup", 0);
}
NI void cleanups(void) {
  __attribute__((cleanup(cleanup_node))) struct node *p = mk(4);
  disturb();
}
static int thread_body(void *a) {
  struct node *p = *(struct node **)a;
  tls = mk(77);
  disturb();
  return good(p, 5) && good(tls, 77) ? 3 : 0;
}
NI void thread(void) {
  struct node *p = mk(5);
  thrd_t t;
  thrd_create(&t, thread_body, &p);
  disturb();
  int r;
  thrd_join(t, &r);
  check(r == 3 && good(p, 5), "thread", r);
}
NI static int compare(const void *a, const void *b) {
  disturb();
  return (int)((*(struct node *const *)a)->v - (*(struct node *const *)b)->v);
}
NI void sorting(long n) {
  struct node *a[6];
  for (int i = 0; i < 6; ++i)
    a[i] = mk(n + (i * 7) % 6);
  qsort(a, 6, sizeof *a, compare);
  disturb();
  for (int i = 0; i < 6; ++i)
    check(good(a[i], n + i), "qsort", i);
  struct node *key = mk(n + 3), **f = bsearch(&key, a, 6, sizeof *a, compare);
  check(f == a + 3, "bsearch", n);
}
typedef struct node *v2 __attribute__((unused));
struct bits {
  unsigned long tag : 16;
  unsigned long ptr : 48;
};
NI void bitfields(long n) {
  struct bits b = {3, (uintptr_t)mk(n)};
  struct node *p = (struct node *)(uintptr_t)b.ptr;
  disturb();
  check(good(p, n), "bits", n);
}
NI struct node *kr(a, b, c, d, e, f, g)
struct node *a, *b, *c, *d, *e, *f, *g;
{
  disturb();
  return good(a, 1) && good(b, 2) && good(c, 3) && good(d, 4) && good(e, 5) && good(f, 6) ? g : 0;
}
int main(void) {
  for (long n = 0; n < 2; ++n) {
    generic(n);
    atomics(n);
    anonymous(n);
    flexible(n);
    compound(n);
    statement(n);
    vla(n, 3, 4);
    {
      struct node *a[3][2] = {{0}};
      a[2][1] = mk(9);
      check(vla_param(3, a), "vla param", 0);
    }
    allocas(n, 4);
    aligned(n);
    complexes(n);
    labels(n);
    cleanups();
    thread();
    sorting(n);
    bitfields(n);
    struct node *k = kr(mk(1), mk(2), mk(3), mk(4), mk(5), mk(6), mk(7));
    disturb();
    check(good(k, 7), "kr", 0);
  }
  return bad;
}
