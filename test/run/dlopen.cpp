//===- test/run/dlopen.cpp - Shared objects that come and go ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A library loaded at run time brings globals, types and frames with maps. Its globals are roots as
// long as it is loaded; what it allocated stays as long as something else refers to it, also when
// the library, and its type descriptors, are gone. A thread of the library's own runs and ends between.
// Two hundred rounds leave nothing behind.
//
// RUN: %{build} -O2 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O2 %s -o %t %shlibs -ldl
// RUN: %{poison} %t %t.so | FileCheck %s
// RUN: %{stress} %t %t.so | FileCheck %s
// A sanitizer's shadow of what was mapped stays resident.
// RUN: %if sanitized %{ true %} %else %{ %{poison} %t %t.so 200 | FileCheck %s %}
// RUN: %if sanitized %{ true %} %else %{ %{stress50} %t %t.so 200 | FileCheck %s %}
// RUN: %{build} -O0 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O0 %s -o %t %shlibs -ldl
// RUN: %{poison} %t %t.so | FileCheck %s
// RUN: %{stress} %t %t.so | FileCheck %s
//
// CHECK: dlopen: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <dlfcn.h>
#include <thread>

struct Interface {
  void (*fill)(long number);
  bool (*good)(long number);
  // An object of a type that only the library knows; `next` leads to two nodes.
  Node **(*make)(long number);
  // Calls back with a node that only the library's frame holds.
  bool (*call)(void (*function)(), long number);
  // The hidden address of what the library's globals hold.
  uintptr_t (*hidden)();
  // As call, in a thread.
  bool (*call_in_thread)(void (*function)(), long number);
};

#ifdef LIBRARY

static Node *global;
static struct {
  long number;
  Node *node;
} table[3];

struct Private : tricolor::managed {
  Node *nodes[2];
  long number;
  char text[300];
};

static void fill(long number) {
  global = make_pair_of_nodes(number);
  table[2].node = make_pair_of_nodes(number + 10);
}

static bool good(long number) {
  return good_pair(global, number) && good_pair(table[2].node, number + 10);
}

static Node **make(long number) {
  Private *object = new Private;
  object->nodes[0] = make_pair_of_nodes(number);
  object->nodes[1] = make_pair_of_nodes(number + 10);
  return object->nodes;
}

static bool call(void (*function)(), long number) {
  Node *node = make_pair_of_nodes(number);
  function();
  return good_pair(node, number);
}

static uintptr_t hidden() { return hide(global); }

static bool call_in_thread(void (*function)(), long number) {
  bool result = false;
  std::thread([&] { result = call(function, number); }).join();
  return result;
}

extern "C" const Interface library_interface = {fill, good, make, call, hidden, call_in_thread};

#else

static Node **outliving;
static uintptr_t hidden;

[[gnu::noinline]] static void use_library(const char *path, long round) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::printf("%s\n", dlerror());
    std::exit(2);
  }
  auto *interface = static_cast<const Interface *>(dlsym(library, "library_interface"));
  interface->fill(round);
  disturb();
  check(interface->good(round), "a library's globals lost their nodes", round);
  check(interface->call(disturb, round + 30), "a library's frame lost its node", round);
  check(interface->call_in_thread(disturb, round + 40), "a library's thread lost its node", round);
  outliving = interface->make(round + 50);
  hidden = interface->hidden();
  check(tricolor::is_collected(reveal(hidden)), "a live node is not known", round);
  check(dlclose(library) == 0, "dlclose failed", round);
  check(dlopen(path, RTLD_NOW | RTLD_NOLOAD) == nullptr, "the library was not unloaded", round);
}

static long resident_pages() {
  long size = 0, resident = 0;
  std::FILE *file = std::fopen("/proc/self/statm", "r");
  if (!file || std::fscanf(file, "%ld %ld", &size, &resident) != 2)
    std::exit(2);
  std::fclose(file);
  return resident;
}

int main(int argc, char **argv) {
  if (argc < 2)
    return 2;
  long rounds = argc > 2 ? std::atol(argv[2]) : 3;
  // When all caches have their size. A round that kept one image's tables and pages would show.
  long warm_round = rounds / 4, warm = 0;
  for (long round = 1; round <= rounds; ++round) {
    if (round == warm_round)
      warm = resident_pages();
    use_library(argv[1], round);
    // Without disturb(): it makes nodes, perhaps at the very address that is asked for.
    tricolor::collect();
    check(!tricolor::is_collected(reveal(hidden)), "globals of an unloaded library are still roots",
          round);
    check(good_pair(outliving[0], round + 50) && good_pair(outliving[1], round + 60),
          "an object that outlives its library lost its nodes", round);
  }
  if (warm)
    check(resident_pages() - warm < (rounds - warm_round) * 2, "memory grows with each round",
          resident_pages() - warm);
  std::printf("dlopen: done\n");
  return finish();
}

#endif
