//===- test/run/concurrent-dlclose.cpp - Images that come and go while cycles run ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A library is opened, fills its globals, hands out what they refer to, and is closed, in every phase: what its globals had
// and somebody has taken out lives on.
//
// RUN: %{build} -O2 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O2 %s -o %t %shlibs -ldl
// RUN: %{poison} %t %t.so 300 | FileCheck %s
// RUN: %{concurrent} %t %t.so 60 | FileCheck %s
//
// CHECK: concurrent-dlclose: done
//
//===------------------------------------------------------------------------------------------===//

#include "collecting.h"
#include "node.h"

#include <dlfcn.h>

#ifdef LIBRARY

static Node *global;
static Node *table[1000];

extern "C" void fill(long number) {
  global = make_pair_of_nodes(number);
  for (Node *&node : table)
    node = new Node(number);
}

extern "C" Node *take() {
  for (const Node *node : table)
    check(node->good(node->value), "the library's table is damaged");
  return global;
}

#else

int main(int argc, char **argv) {
  long count = argument(argc, argv, 2, 100);
  Collecting collecting;
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done)
      check(good_pair(make_pair_of_nodes(1), 1), "the other thread's nodes");
  });
  for (long i = 0; i < count || collecting.cycles() < 3; ++i) {
    void *handle = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    check(handle != nullptr, "no library");
    reinterpret_cast<void (*)(long)>(dlsym(handle, "fill"))(i);
    Node *node = reinterpret_cast<Node *(*)()>(dlsym(handle, "take"))();
    dlclose(handle);
    for (int j = 0; j < 100; ++j)
      new Node(-1);
    check(good_pair(node, i), "what the library's global referred to is gone", i);
  }
  done = true;
  other.join();
  std::printf("concurrent-dlclose: done\n");
  return finish();
}

#endif
