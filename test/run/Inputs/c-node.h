/*===- test/run/Inputs/c-node.h - What the C programs collect -------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* A pair of objects, the second reachable only through the first; disturb() collects and puts others
|* in the place of whatever was freed. check() reports what it finds and sets `bad`, main's result.
|*
\*===------------------------------------------------------------------------------------------===*/

#ifndef TRICOLOR_TEST_C_NODE_H
#define TRICOLOR_TEST_C_NODE_H

#include <stdio.h>
#include <tricolor/c.h>

#define NI __attribute__((noinline))

struct node {
  long v;
  struct node *next;
};

static NI struct node *mk(long n) {
  struct node *a = tricolor_new_conservative(sizeof *a);
  a->v = n;
  a->next = tricolor_new_conservative(sizeof *a);
  a->next->v = n + 1;
  return a;
}

static NI int good(const struct node *a, long n) {
  return a && a->v == n && a->next && a->next->v == n + 1;
}

static NI void disturb(void) {
  tricolor_collect();
  for (int i = 0; i < 4; ++i) {
    volatile struct node *x = mk(-i - 100);
    (void)x;
  }
}

static int bad;
static void check(int g, const char *w, long d) {
  if (!g) {
    bad = 1;
    fprintf(stderr, "FAILED %s %ld\n", w, d);
  }
}

#endif /* TRICOLOR_TEST_C_NODE_H */
