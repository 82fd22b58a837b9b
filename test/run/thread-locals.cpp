//===- test/run/thread-locals.cpp - thread_local roots ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Nodes that only thread_locals hold: of the program and of a shared object, constant- and
// dynamically initialized, in structures and arrays; in the main thread and in others. When a
// thread ends, its thread_locals are no roots any more.
//
// RUN: %{build} -O2 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O2 %s %t.so -o %t %shlibs
// RUN: %{poison} %t 8 | FileCheck %s
// RUN: %{stress50} %t 4 | FileCheck %s
// RUN: %{build} -O0 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O0 %s %t.so -o %t %shlibs
// RUN: %{poison} %t 8 | FileCheck %s
// RUN: %{stress} %t 2 | FileCheck %s
//
// CHECK: thread-locals: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <thread>
#include <vector>

// In the shared object.
void set_library_local(long number);
bool library_local_good(long number);

#ifdef LIBRARY

struct Pad {
  long number;
  Node *node;
};
static thread_local Pad padded[3];
thread_local Node *exported = nullptr;

void set_library_local(long number) {
  padded[2].number = number;
  padded[2].node = make_pair_of_nodes(number);
  exported = make_pair_of_nodes(number + 10);
}

bool library_local_good(long number) {
  return padded[2].number == number && good_pair(padded[2].node, number) &&
         good_pair(exported, number + 10);
}

#else

struct Holder {
  Holder() : node(make_pair_of_nodes(7)) {}
  long tag = 1;
  Node *node;
};

static thread_local Node *simple;
static thread_local Node *array[5];
thread_local Holder holder;

static uintptr_t hidden[64];

[[gnu::noinline]] static void set_locals(long number, size_t slot) {
  simple = make_pair_of_nodes(number);
  array[4] = make_pair_of_nodes(number + 20);
  hidden[slot] = hide(simple);
  set_library_local(number + 40);
}

[[gnu::noinline]] static void check_locals(long number) {
  check(good_pair(simple, number), "a thread_local lost its node", number);
  check(good_pair(array[4], number + 20), "an array of thread_locals lost its node", number);
  check(good_pair(holder.node, 7) && holder.tag == 1, "a dynamic thread_local lost its node",
        number);
  check(library_local_good(number + 40), "a thread_local of a library lost its node", number);
}

static void run(long number, size_t slot) {
  set_locals(number, slot);
  disturb();
  check_locals(number);
}

int main(int argc, char **argv) {
  size_t count = static_cast<size_t>(argument(argc, argv, 1, 8));
  set_locals(1000, 0);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (size_t i = 1; i <= count; ++i)
      threads.emplace_back(run, static_cast<long>(i) * 100, i);
    disturb();
    for (std::thread &thread : threads)
      thread.join();
    check_locals(1000);
  }

  tricolor::collect();
  long kept = 0;
  for (size_t i = 1; i <= count; ++i)
    kept += tricolor::is_collected(reveal(hidden[i]));
  check(kept == 0, "thread_locals of threads that have ended are still roots", kept);
  check(tricolor::is_collected(reveal(hidden[0])), "is_collected is false for a live node");
  check_locals(1000);
  std::printf("thread-locals: done\n");
  return finish();
}

#endif
