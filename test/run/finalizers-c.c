//===- test/run/finalizers-c.c - Finalizers in C ----------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The C functions: finalizers, cleanups, weak references, weak maps.
//
// RUN: %tricolorc -O2 -Wall -Wextra %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:checkmark=1:verify=1 %{limit} %t | FileCheck %s
// RUN: %tricolorc -O0 -Wall -Wextra %s -o %t %libs
// RUN: %{stress} %t | FileCheck %s
//
// CHECK: C finalizers: done
//
//===------------------------------------------------------------------------------------------===//

#include <stdio.h>
#include <tricolor/c.h>

static int finalized, cleaned, failures;

static void check(int good, const char *what) {
  if (!good) {
    fprintf(stderr, "FAILED: %s\n", what);
    ++failures;
  }
}

static void finalize(void *address) { finalized += *(long *)address == 5; }
static void clean(void *argument) { cleaned += argument == (void *)8; }

__attribute__((noinline)) static void drop(void **weak, void *map) {
  long *object = tricolor_new_noscan(40);
  object[2] = 5;
  *weak = tricolor_weak_new(object);
  tricolor_add_finalizer(object + 2, finalize);
  tricolor_add_cleanup(object, clean, (void *)8);
  tricolor_weak_map_set(map, object, object);
  void *value = 0;
  check(tricolor_weak_get(*weak) == object, "the object is not found");
  check(tricolor_weak_map_get(map, object + 1, &value) && value == object, "no value");
  check(tricolor_weak_map_size(map) == 1, "not one entry");
}

__attribute__((noinline)) static void settle(void) {
  for (int i = 0; i < 4; ++i) {
    (void)*(volatile long *)tricolor_new_noscan(40);
    tricolor_collect();
    tricolor_run_finalizers();
  }
}

int main(void) {
  void *weak = 0;
  void *map = tricolor_weak_map_new();
  drop(&weak, map);
  settle();
  check(finalized == 1, "not finalized once");
  check(cleaned == 1, "not cleaned up once");
  check(!tricolor_weak_get(weak), "not null");
  check(!tricolor_weak_get(0), "null is not null");
  check(tricolor_weak_map_size(map) == 0, "an entry is left");
  printf("C finalizers: done\n");
  return failures != 0;
}
