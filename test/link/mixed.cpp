//===- test/link/mixed.cpp - Files with and without the plugin ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A file compiled without the plugin between two that are compiled with it: its frames hold
// references that nothing else holds, in memory and in registers, while a callback collects. They
// are scanned conservatively; the frames above and below stay precise.
//
// RUN: %clangxx -O0 -DEXTERNAL -c %s -o %t.external.o
// RUN: %{build} -O2 -c %s -o %t.o
// RUN: %{build} %t.o %t.external.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %clangxx -O2 -fomit-frame-pointer -DEXTERNAL -c %s -o %t.external.o
// RUN: %{build} %t.o %t.external.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -O0 -c %s -o %t.o
// RUN: %{build} %t.o %t.external.o -o %t %libs
// RUN: %{stress} %t | FileCheck %s
// RUN: %clangxx -Os -fno-asynchronous-unwind-tables -fno-exceptions -DEXTERNAL -c %s -o %t.external.o
// RUN: %{build} %t.o %t.external.o -o %t %libs
// RUN: %{stress} %t | FileCheck %s
//
// CHECK: mixed: 0 failures
//
//===------------------------------------------------------------------------------------------===//

// Calls make six times, then `collect`, then `use` with each of what make returned.
extern "C" void relay(void *(*make)(long), void (*collect)(), void (*use)(void *, long));
// Calls `function` from a frame of an unusual size, with unusual alignment.
extern "C" void relay_aligned(void (*function)(), long size);

// Spin until *stop, after *started = 1, and return `object`, which meanwhile is in one place only: a
// register that calls do not preserve, a vector register, the red zone below the stack.
extern "C" void *hold_in_register(void *object, volatile int *started, volatile int *stop);
extern "C" void *hold_in_vector(void *object, volatile int *started, volatile int *stop);
extern "C" void *hold_in_red_zone(void *object, volatile int *started, volatile int *stop);

#ifdef EXTERNAL

#define HOLD(NAME, HIDE, FETCH)                                                                    \
  asm(".text\n.globl " NAME "\n.type " NAME ", @function\n" NAME ":\n.cfi_startproc\n" HIDE        \
      "movl $1, (%rsi)\n"                                                                          \
      "1: pause\n"                                                                                 \
      "cmpl $0, (%rdx)\n"                                                                          \
      "je 1b\n" FETCH "ret\n.cfi_endproc\n.size " NAME ", . - " NAME "\n")
HOLD("hold_in_register", "movq %rdi, %r10\nxorl %edi, %edi\nxorl %eax, %eax\n",
     "movq %r10, %rax\n");
HOLD("hold_in_vector", "movq %rdi, %xmm9\nxorl %edi, %edi\nxorl %eax, %eax\n",
     "movq %xmm9, %rax\n");
HOLD("hold_in_red_zone", "movq %rdi, -72(%rsp)\nxorl %edi, %edi\nxorl %eax, %eax\n",
     "movq -72(%rsp), %rax\n");

extern "C" void relay(void *(*make)(long), void (*collect)(), void (*use)(void *, long)) {
  void *a = make(1), *b = make(2), *c = make(3), *d = make(4), *e = make(5), *f = make(6);
  collect();
  use(a, 1);
  use(b, 2);
  use(c, 3);
  collect();
  use(d, 4);
  use(e, 5);
  use(f, 6);
}

static void touch(volatile char *bytes) { bytes[0] = 1; }

extern "C" void relay_aligned(void (*function)(), long size) {
  alignas(64) volatile char aligned[100];
  touch(aligned);
  touch(static_cast<volatile char *>(__builtin_alloca(static_cast<unsigned long>(size))));
  function();
  touch(aligned);
}

#else

#include "part.h"

#include <cstdio>
#include <thread>

static int failures;

static void expect(bool good, const char *what, long detail) {
  if (good)
    return;
  std::printf("FAILED: %s (%ld)\n", what, detail);
  ++failures;
}

static void *make(long number) { return new Node(number); }

// A managed frame below the external one; it saves registers that hold the external frame's
// references.
static void collect() {
  Outcome outcome = try_frame<SharedTag>(50);
  expect(outcome.live_kept, "a frame below an external one lost a node", 0);
  // A word of an external frame that it has not written yet may hold one by chance, not many.
  // Without optimization a variable lives as long as its function.
#ifdef __OPTIMIZE__
  expect(outcome.dead_kept <= 2, "a frame below an external one is not precise", outcome.dead_kept);
#endif
}

static void use(void *pointer, long number) {
  expect(static_cast<Node *>(pointer)->good(number), "an external frame lost a node", number);
}

[[gnu::noinline]] static void above(long number) {
  Node *mine = new Node(number);
  relay(make, collect, use);
  relay_aligned(tricolor::collect, number * 24 + 8);
  expect(mine->good(number), "a frame above an external one lost a node", number);
}

using Hold = void *(void *, volatile int *, volatile int *);

// Collects while another thread is in external code that holds a node in an odd place.
[[gnu::noinline]] static void collect_beside(Hold *hold, long number) {
  volatile int started = 0, stop = 0;
  std::thread thread([&] { use(hold(make(number), &started, &stop), number); });
  while (!started) {
  }
  tricolor::collect();
  new Node(0);
  new Node(0);
  stop = 1;
  thread.join();
}

int main() {
  collect_beside(hold_in_register, 100);
  collect_beside(hold_in_vector, 101);
  collect_beside(hold_in_red_zone, 102);
  for (long i = 0; i < 10; ++i)
    above(i);
  std::printf("mixed: %d failures\n", failures);
  return failures != 0;
}

#endif
