//===- test/precision/dead-references.cpp - What has no use left keeps nothing ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each scenario makes some nodes, drops the last reference to them in the middle of a function, and
// collects while that function, and its callers, are still running. Compiled with the plugin and
// optimization, not one node is left. The same source on Boehm's collector shows what a scan that
// cannot tell a live word of a frame from a dead one keeps.
//
// The first scenario, where the nodes are in use, shows that the observation works.
//
// RUN: %{build} -O2 -c %{inputs}/watch.cpp -o %t.watch.o
// RUN: %{build} -O2 %s %t.watch.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefix=PRECISE --match-full-lines
// RUN: env TRICOLOR_OPTIONS=poison=1:verify=1:checkmark=1 %{limit} %t | FileCheck %s --check-prefix=PRECISE --match-full-lines
// RUN: %{build} -O1 %s %t.watch.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefix=PRECISE --match-full-lines
// RUN: %{build} -O3 %s %t.watch.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefix=PRECISE --match-full-lines
// RUN: %{build} -Os %s %t.watch.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefix=PRECISE --match-full-lines
//
// RUN: %{boehm} -O2 %s %{inputs}/watch.cpp -o %t.boehm -lgc
// RUN: %{limit} %t.boehm | FileCheck %s --check-prefix=CONSERVATIVE
//
// PRECISE:      in use: 16 of 16 kept
// PRECISE-NEXT: last use in the middle: 0 of 1 kept
// PRECISE-NEXT: dead slots: 0 of 16 kept
// PRECISE-NEXT: dead array: 0 of 32 kept
// PRECISE-NEXT: dead temporary: {{[0-9]+}} of 32 kept
// PRECISE-NEXT: dead arguments: 0 of 6 kept
// PRECISE-NEXT: dead in the caller's caller: 0 of 6 kept
// PRECISE-NEXT: overwritten: 0 of 1 kept
// PRECISE-NEXT: dead on this path: 0 of 8 kept
// PRECISE-NEXT: walked past: 0 of 20 kept
// PRECISE-NEXT: handled exception: 0 of 1 kept
// PRECISE-NEXT: numbers in objects: 0 of 7 kept
// PRECISE-NEXT: below a library's frame: few of 32 kept
//
// (Of the temporary clang does not say where its life ends, so it may be a root until the function returns.)
//
// Where Boehm keeps nodes for certain: memory of the frame that still holds them.
//
// CONSERVATIVE:      in use: 16 of 16 kept
// CONSERVATIVE:      dead slots: {{[1-9][0-9]*}} of 16 kept
// CONSERVATIVE-NEXT: dead array: {{[1-9][0-9]*}} of 32 kept
// CONSERVATIVE-NEXT: dead temporary: {{[1-9][0-9]*}} of 32 kept
// CONSERVATIVE-NEXT: dead arguments: {{[1-9][0-9]*}} of 6 kept
// CONSERVATIVE-NEXT: dead in the caller's caller: {{[1-9][0-9]*}} of 6 kept
// CONSERVATIVE:      numbers in objects: 7 of 7 kept
// CONSERVATIVE-NEXT: below a library's frame: many of 32 kept
//
//===------------------------------------------------------------------------------------------===//

#include "watch.h"

#include <cstdlib>

// What the optimizer cannot know.
static volatile long sink;
static volatile bool always = true;
static void keep(long value) { sink = value; }

static void report(const char *name, int kept, int total) {
  std::printf("%s: %d of %d kept\n", name, kept, total);
  forget_all();
}

// Sixteen references, more than there are registers for them, so that some are in slots of the
// frame.
#define EACH(DO)                                                                                   \
  DO(0)                                                                                            \
  DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)
#define MAKE(N) Node *node##N = make(N);
#define USE(N) sum += use(node##N);

NOINLINE static int in_use() {
  long sum = 0;
  EACH(MAKE)
  collect();
  int kept = count_alive(16);
  EACH(USE)
  sink = sum;
  return kept;
}

NOINLINE static int last_use_in_the_middle() {
  Node *node = make(0);
  sink = use(node);
  collect();
  int kept = count_alive(1);
  sink = kept;
  return kept;
}

NOINLINE static int dead_slots() {
  long sum = 0;
  EACH(MAKE)
  EACH(USE)
  collect();
  int kept = count_alive(16);
  sink = sum;
  return kept;
}

// A local array whose address was taken; its lifetime is over.
NOINLINE static int dead_array() {
  {
    Node *nodes[32];
    fill(nodes, 32);
    sink = use_all(nodes, 32);
  }
  collect();
  return count_alive(32);
}

struct Large {
  Node *nodes[32];
};

NOINLINE Large make_large() {
  Large large;
  fill(large.nodes, 32);
  return large;
}
NOINLINE long use_large(Large large) { return use_all(large.nodes, 32); }

// The result of a call, passed on by value.
NOINLINE static int dead_temporary() {
  sink = use_large(make_large());
  collect();
  return count_alive(32);
}

#define SIX(DO) DO(0), DO(1), DO(2), DO(3), DO(4), DO(5)
#define PARAMETER(N) Node *node##N
#define USED(N) keep(use(node##N))

// The callers run on afterwards, and have had the arguments in their frames before the call.
NOINLINE int take_and_drop(SIX(PARAMETER)) {
  SIX(USED);
  collect();
  return count_alive(6);
}

NOINLINE static int dead_arguments() {
  int kept = take_and_drop(make(0), make(1), make(2), make(3), make(4), make(5));
  sink = kept;
  return kept;
}

NOINLINE int collect_deeper(int depth) {
  if (depth > 0) {
    int kept = collect_deeper(depth - 1);
    sink = depth;
    return kept;
  }
  collect();
  return count_alive(6);
}
NOINLINE int drop_and_go_on(SIX(PARAMETER)) {
  SIX(USED);
  int kept = collect_deeper(5);
  sink = kept;
  return kept;
}
NOINLINE static int dead_in_callers_caller() {
  int kept = drop_and_go_on(make(0), make(1), make(2), make(3), make(4), make(5));
  sink = kept;
  return kept;
}

NOINLINE static int overwritten() {
  Node *node = make(0);
  sink = use(node);
  node = make(1);
  collect();
  int kept = count_alive(1);
  bool second_is_there = alive(1);
  sink = use(node);
  return second_is_there ? kept : -1;
}

// Live on one way through the function, dead on the other.
NOINLINE static int dead_on_this_path() {
  Node *a = make(0), *b = make(1), *c = make(2), *d = make(3);
  Node *e = make(4), *f = make(5), *g = make(6), *h = make(7);
  if (always) {
    collect();
    return count_alive(8);
  }
  sink = use(a) + use(b) + use(c) + use(d) + use(e) + use(f) + use(g) + use(h);
  return -1;
}

NOINLINE Node *make_list(int length) {
  Node *first = nullptr;
  for (int i = length; i-- > 0;) {
    Node *node = make(i);
    node->next = first;
    first = node;
  }
  return first;
}

// A list whose head nobody needs any more.
NOINLINE int walk(Node *node) {
  while (use(node) < 20)
    node = node->next;
  collect();
  int kept = count_alive(20);
  bool rest_is_there = count_alive(40) - kept == 20;
  sink = use(node->next);
  return rest_is_there ? kept : -1;
}
NOINLINE static int walked_past() {
  int kept = walk(make_list(40));
  sink = kept;
  return kept;
}

struct Failure {
  Node *node;
};
NOINLINE void fail(int index) { throw Failure{make(index)}; }
NOINLINE static int handled_exception() {
  try {
    fail(0);
  } catch (const Failure &failure) {
    sink = use(failure.node);
  }
  collect();
  return count_alive(1);
}

// Numbers in a live object that happen to be addresses.
struct Numbers {
  long numbers[7];
  Node *pointer;
};
#ifdef BOEHM
static Numbers *make_numbers() { return static_cast<Numbers *>(GC_MALLOC(sizeof(Numbers))); }
#else
static Numbers *make_numbers() { return tricolor::make<Numbers>(); }
#endif
NOINLINE void fill_numbers(Numbers *numbers) {
  for (int i = 0; i < 7; ++i)
    numbers->numbers[i] = reinterpret_cast<long>(make(i));
  numbers->pointer = make(7);
}
NOINLINE static int numbers_in_objects() {
  Numbers *numbers = make_numbers();
  fill_numbers(numbers);
  collect();
  int kept = count_alive(7);
  bool pointer_is_there = alive(7);
  sink = numbers->numbers[0] + use(numbers->pointer);
  return pointer_is_there ? kept : -1;
}

// The frame of bsearch has no map and is scanned conservatively, the one below it is not.
extern "C" {
NOINLINE static int compare(const void *, const void *) {
  collect();
  return 0;
}
}
NOINLINE static int below_library() {
  {
    Node *nodes[32];
    fill(nodes, 32);
    sink = use_all(nodes, 32);
  }
  int key = 0;
  int array[1] = {0};
  sink = std::bsearch(&key, array, 1, sizeof(int), compare) != nullptr;
  return count_alive(32);
}

int main() {
  start();
  report("in use", in_use(), 16);
  report("last use in the middle", last_use_in_the_middle(), 1);
  report("dead slots", dead_slots(), 16);
  report("dead array", dead_array(), 32);
  report("dead temporary", dead_temporary(), 32);
  report("dead arguments", dead_arguments(), 6);
  report("dead in the caller's caller", dead_in_callers_caller(), 6);
  report("overwritten", overwritten(), 1);
  report("dead on this path", dead_on_this_path(), 8);
  report("walked past", walked_past(), 20);
  report("handled exception", handled_exception(), 1);
  report("numbers in objects", numbers_in_objects(), 7);
  // A saved register of a library's frame may hold one by chance.
  int kept = below_library();
  std::printf("below a library's frame: %s of 32 kept\n", kept <= 3 ? "few" : "many");
  return 0;
}
