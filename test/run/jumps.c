/*===- test/run/jumps.c - Functions that return twice ---------------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* setjmp, sigsetjmp, __builtin_setjmp, jumps out of signal handlers, vfork and fork: what was there before
|* is there afterwards, after collections on both ways. With badptr every barrier is called, also that of a store of
|* the stack pointer.
|*
|* RUN: %tricolorc -Wall -Wextra -O0 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -Wall -Wextra -O1 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: env TRICOLOR_OPTIONS=badptr=1 %{limit} %t
|* RUN: %tricolorc -Wall -Wextra -O2 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|* RUN: %tricolorc -Wall -Wextra -O3 %s -o %t %libs
|* RUN: %{limit} %t
|* RUN: %{stress} %t
|*
\*===------------------------------------------------------------------------------------------===*/

#include "Inputs/c-node.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static jmp_buf jb;
static sigjmp_buf sjb;
static void *bjb[5];
NI void deep(int n, int how) {
  struct node *k = mk(n);
  if (n)
    deep(n - 1, how);
  else {
    disturb();
    if (how == 0)
      longjmp(jb, 3);
    if (how == 1)
      siglongjmp(sjb, 4);
    if (how == 2)
      __builtin_longjmp(bjb, 1);
    if (how == 3)
      raise(SIGUSR1);
  }
  check(good(k, n), "k", n);
}
/* unmodified since setjmp: may be used afterwards without volatile */
NI void plain(long n) {
  struct node *a = mk(n), *b = mk(n + 10);
  struct node *volatile c = 0;
  int r = setjmp(jb);
  if (r == 0) {
    c = mk(n + 20);
    disturb();
    deep(3, 0);
    check(0, "no jump", n);
  }
  disturb();
  check(r == 3 && good(a, n) && good(b, n + 10) && good(c, n + 20), "setjmp", n);
}
NI void sig(long n) {
  struct node *a = mk(n);
  volatile int tries = 0;
  int r = sigsetjmp(sjb, 1);
  if (tries < 3) {
    tries++;
    disturb();
    check(good(a, n), "sig", n);
    deep(2, 1);
  }
  disturb();
  check(r == 4 && good(a, n), "sigsetjmp", n);
}
NI void builtin(long n) {
  struct node *a = mk(n);
  struct node *volatile b = mk(n + 5);
  if (__builtin_setjmp(bjb) == 0) {
    disturb();
    deep(2, 2);
    check(0, "no", n);
  }
  disturb();
  check(good(b, n + 5), "builtin b", n);
  (void)a;
}
static void handler(int s) {
  (void)s;
  siglongjmp(sjb, 4);
}
NI void handled(long n) {
  signal(SIGUSR1, handler);
  struct node *a = mk(n);
  if (sigsetjmp(sjb, 1) == 0) {
    deep(2, 3);
    check(0, "no", n);
  }
  disturb();
  check(good(a, n), "handler", n);
}
NI void vforked(long n) {
  struct node *a = mk(n), *b = mk(n + 10);
  int p = vfork();
  if (p == 0) {
    _exit(good(a, n) && good(b, n + 10) ? 7 : 1);
  }
  disturb();
  int s;
  waitpid(p, &s, 0);
  check(WEXITSTATUS(s) == 7 && good(a, n) && good(b, n + 10), "vfork", n);
}
NI void forked(long n) {
  struct node *a = mk(n);
  int p = fork();
  if (p == 0) {
    disturb();
    _exit(good(a, n) ? 7 : 1);
  }
  disturb();
  int s;
  waitpid(p, &s, 0);
  check(WEXITSTATUS(s) == 7 && good(a, n), "fork", n);
}
struct big {
  struct node *n[5];
};
NI struct node *byval_jump(struct big b, long n) {
  struct node *l = mk(n);
  if (setjmp(jb) == 0)
    deep(1, 0);
  disturb();
  check(good(b.n[4], n) && good(l, n), "byval", n);
  return b.n[0];
}
int main(void) {
  for (long n = 0; n < 3; ++n) {
    plain(n);
    sig(n);
    builtin(n);
    handled(n);
    vforked(n);
    forked(n);
    struct big b = {{mk(n), mk(n), mk(n), mk(n), mk(n)}};
    struct node *x = byval_jump(b, n);
    disturb();
    check(good(x, n), "byval", n);
  }
  return bad;
}
