//===- test/bench/workloads/threads.h - The threads of a workload -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Included behind memory.h, which redirects pthread_create for Boehm's collector.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_WORKLOADS_THREADS_H
#define TRICOLOR_TEST_BENCH_WORKLOADS_THREADS_H

#include "memory.h"

#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <vector>

/// Calls body(0) to body(count - 1), each in a thread of its own; of one in the calling thread. Returns when
/// all have.
template <class Body> void in_threads(unsigned count, Body body) {
  if (count == 1) {
    body(0u);
    return;
  }
  struct Start {
    Body *body;
    unsigned index;
    pthread_t thread;
  };
  std::vector<Start> starts(count);
  for (unsigned i = 0; i != count; ++i) {
    starts[i] = {&body, i, {}};
    auto begin = [](void *argument) -> void * {
      auto *start = static_cast<Start *>(argument);
      (*start->body)(start->index);
      return nullptr;
    };
    if (pthread_create(&starts[i].thread, nullptr, begin, &starts[i]) != 0) {
      std::perror("pthread_create");
      std::exit(1);
    }
  }
  for (Start &start : starts)
    pthread_join(start.thread, nullptr);
}

#endif // TRICOLOR_TEST_BENCH_WORKLOADS_THREADS_H
