//===- test/link/lto-plain.cpp - Link-time optimization without the plugin ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A file compiled without the plugin and for link-time optimization becomes managed in the linker, with
// all that was inlined into it and from it: its globals are roots, its loops have polls.
//
// DEFINE: %{mode} = -flto
// DEFINE: %{compile} = %clangxx %{mode} -O2 -DPLAIN -c %s -o %t.plain.o && %{build} %{mode} -O2 -c %s -o %t.o && %{build} %{mode} -O2 -c %{inputs}/part.cpp -o %t.part.o
// RUN: %{compile}
// RUN: %{build} %{mode} %{lto} %t.plain.o %t.o %t.part.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} %{mode} %{lto} %t.part.o %t.o %t.plain.o -o %t %shlibs
// RUN: %{limit} %t | FileCheck %s
// REDEFINE: %{mode} = -flto=thin
// RUN: %{compile}
// RUN: %{build} %{mode} %{lto} %t.plain.o %t.o %t.part.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} %{mode} %{lto} %t.part.o %t.o %t.plain.o -o %t %shlibs
// RUN: %{limit} %t | FileCheck %s
// CHECK: plain: 0 failures
//
//===------------------------------------------------------------------------------------------===//

extern "C" {
// Keeps in a global what make returns.
void keep(int place, void *(*make)(long), long number);
void *kept(int place);
// Returns when another thread calls stop_spinning.
void spin(volatile int *started);
void stop_spinning();
// Called from there.
void step(int place);
}

#ifdef PLAIN

static void *objects[4];
static int stopped, steps;

void keep(int place, void *(*make)(long), long number) { objects[place] = make(number); }
void *kept(int place) { return objects[place]; }
void stop_spinning() { __atomic_store_n(&stopped, 1, __ATOMIC_RELAXED); }
void spin(volatile int *started) {
  *started = 1;
  while (!__atomic_load_n(&stopped, __ATOMIC_RELAXED))
    step(++steps % 4);
}

#else

#include "part.h"

#include <cstdio>
#include <thread>

static void *make(long number) { return new Node(number); }

static Node *seen;
void step(int place) { seen = static_cast<Node *>(kept(place)); }

int main() {
  int failures = 0;
  for (int i = 0; i < 4; ++i)
    keep(i, make, i);
  volatile int started = 0;
  std::thread spinner([&] { spin(&started); });
  while (!started)
    std::this_thread::yield();
  for (int i = 0; i < 10; ++i) {
    Outcome outcome = try_part(i);
    failures += !outcome.live_kept + outcome.dead_kept;
  }
  stop_spinning();
  spinner.join();
  for (int i = 0; i < 4; ++i)
    failures += !static_cast<Node *>(kept(i))->good(i);
  std::printf("plain: %d failures\n", failures);
  return failures != 0;
}

#endif
