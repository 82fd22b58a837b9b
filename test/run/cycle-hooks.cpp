//===- test/run/cycle-hooks.cpp - Hooks at the beginning and the end of cycles ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Hooks are called for each collection that is waited for; what a hook for the beginning lets go is
// freed by that collection, unless the hook is stuck. Hooks allocate, and may collect.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 50 | FileCheck %s
// RUN: %{stress} %t 2 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:verify=1 %{limit} %t 0 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 50 | FileCheck %s
// RUN: %{stress} %t 2 | FileCheck %s
//
// CHECK: hooks: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <mutex>

static std::atomic<long> begun, ended;
static std::atomic<Node *> cache;
static std::mutex lock;

static void at_begin() {
  ++begun;
  cache = nullptr;
}
static void at_end() {
  ++ended;
  check(good_pair(make_pair_of_nodes(1), 1), "a hook's nodes are damaged");
}

[[gnu::noinline]] static tricolor::weak<Node> fill_cache(long number) {
  cache = make_pair_of_nodes(number);
  return cache.load();
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 50);
  tricolor::on_cycle(tricolor::cycle_event::begin, at_begin);
  tricolor::on_cycle(tricolor::cycle_event::end, at_end);
  long freed = 0;
  for (long i = 0; i < count; ++i) {
    tricolor::weak<Node> cached = fill_cache(i);
    settle();
    check(!cache, "the cache is not empty", i);
    freed += cached.expired();
  }
  check(freed == count, "what was in the cache was not freed", freed);
  tricolor::collect();
  tricolor::run_finalizers();
  check(begun > count && ended > count, "hooks were not called", begun);
  {
    // A hook that waits for a lock whose owner collects delays the cycle, and does not stop it.
    std::lock_guard<std::mutex> guard(lock);
    tricolor::on_cycle(tricolor::cycle_event::begin,
                       [] { std::lock_guard<std::mutex> wait(lock); });
    tricolor::collect();
  }
  tricolor::run_finalizers();
  std::printf("hooks: done\n");
  return finish();
}
