//===- test/run/trap-polls.cpp - Polls that trap ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads in loops that call nothing answer at trap polls, with references in any register, in spill
// slots, in the red zone and in locals; so does the child of a fork. Mixed with code whose polls are tests.
//
// RUN: %{build} -fplugin-arg-tricolor-polls=test -O2 -DLIBRARY -c %s -o %t.o
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O1 %s %t.o -o %t1 %libs
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O2 %s %t.o -o %t2 %libs
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O3 -march=native %s %t.o -o %t3 %libs
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O2 -flto=thin -fuse-ld=lld -Wl,--load-pass-plugin=%tricolor_clang -Wl,-mllvm,-load=%tricolor_clang -Wl,-mllvm,-tricolor-polls=trap %s %t.o -o %t4 %libs
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -fPIC -shared -DLIBRARY -O2 %s -o %t.so %shlibs
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O2 %s %t.so -o %t5 %shlibs
// RUN: llvm-objdump -d --no-show-raw-insn %t1 %t2 %t4 %t5 %t.so | FileCheck %s --check-prefix=FORM
// RUN: %{limit} %t1 20 | FileCheck %s
// RUN: %{limit} %t2 20 | FileCheck %s
// RUN: %{limit} %t4 20 | FileCheck %s
// RUN: %{limit} %t5 20 | FileCheck %s
// RUN: %{stress50} %t1 1 | FileCheck %s
// RUN: %{stress} %t2 1 | FileCheck %s
// RUN: %{stress50} %t3 1 | FileCheck %s
// RUN: %{stress50} %t4 1 | FileCheck %s
// RUN: %{stress50} %t5 1 | FileCheck %s
//
// The constructors call it once, so that it is bound.
// FORM-COUNT-5: call{{q?}} {{.*}}<tricolor_trap_poll
// FORM-NOT:     call{{q?}} {{.*}}<tricolor_trap_poll
// CHECK: trap-polls: done
//
//===------------------------------------------------------------------------------------------===//

#include "chain.h"
#include "check.h"

#include <atomic>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

// In the other file, or the library.
long length_of(Node *first);

#ifdef LIBRARY
long length_of(Node *first) {
  long length = 0;
  for (Node *node = first; node; node = node->left)
    ++length;
  return length;
}
#else

// The only references to the chains are in this frame, and not in callee-saved registers.
[[gnu::noinline]] static long walk(Node *a, Node *b, Node *c, Node *d, double scale) {
  double sum = 0;
  Node *p = a, *q = b, *r = c, *s = d;
  while (p && q && r && s) {
    sum += static_cast<double>(p->number + q->number + r->number + s->number) * scale;
    p = p->left;
    q = q->left;
    r = r->left;
    s = s->left;
  }
  return static_cast<long>(sum) + a->number + b->number + c->number + d->number;
}

// More than there are registers.
[[gnu::noinline]] static long walk_many(Node *const *chains) {
  Node *a = chains[0], *b = chains[1], *c = chains[2], *d = chains[3], *e = chains[4];
  Node *f = chains[5], *g = chains[6], *h = chains[7], *i = chains[8], *j = chains[9];
  Node *k = chains[10], *l = chains[11], *m = chains[12], *n = chains[13];
  long sum = 0;
  for (; n; n = n->left)
    sum += a->number + b->number + c->number + d->number + e->number + f->number + g->number +
           h->number + i->number + j->number + k->number + l->number + m->number + n->number;
  return sum;
}

constexpr long kLength = 40;
constexpr long kLast = kLength - 1;

static void round(long number) {
  long sum = walk(chain(kLength), chain(kLength), chain(kLength), chain(kLength), 1.0);
  check(sum == 4 * (kLast * kLength / 2) + 4 * kLast, "a chain was lost in registers", number);
  Node *many[14];
  for (Node *&first : many)
    first = chain(kLength);
  sum = walk_many(many);
  check(sum == 13 * kLast * kLength + kLast * kLength / 2, "a chain was lost in the frame", number);
  check(length_of(chain(kLength)) == kLength, "a chain was lost elsewhere", number);
}

static std::atomic<bool> over{false};

int main(int, char **arguments) {
  long rounds = atol(arguments[1]);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([] {
      Node *own = chain(kLength);
      // Calls nothing for long.
      for (long number = 0; !over; ++number)
        for (long i = 0; i < 1000; ++i)
          check(walk(own, own, own, own, 0.0) == 4 * kLast, "a thread's chain was lost", number);
    });
  for (long i = 0; i < rounds; ++i) {
    round(i);
    tricolor::collect();
  }
  pid_t child = fork();
  if (child == 0) {
    round(-1);
    tricolor::collect();
    _exit(finish());
  }
  int status = -1;
  waitpid(child, &status, 0);
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child failed", status);
  over = true;
  for (std::thread &thread : threads)
    thread.join();
  std::puts("trap-polls: done");
  return finish();
}
#endif
