//===- test/run/blocking-region.cpp - Regions that the collector does not interrupt -*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread that blocks in a region is collected around without a signal: its read() is not interrupted, also where
// the kernel could not restart it. Its frame keeps its nodes. A body that allocates or throws ends its region and goes on.
//
// RUN: %{build} -O2 %s -o %t2 %libs
// RUN: %{limit} env TRICOLOR_OPTIONS=trace=1 %t2 2>&1 | FileCheck %s
// RUN: %{poison} %t2 | FileCheck %s --check-prefix=DONE
// RUN: %{stress} %t2 | FileCheck %s --check-prefix=DONE
// RUN: %{build} -O0 %s -o %t0 %libs
// RUN: %{stress} %t0 | FileCheck %s --check-prefix=DONE
//
// CHECK: {{ }}0 signals {{.*}}(forced)
// CHECK: blocking-region: done
// DONE: blocking-region: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <atomic>
#include <cerrno>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>

static std::atomic<bool> about_to_block{false};

static void block(int descriptor) {
  Node *node = make_pair_of_nodes(100);
  int events = -1, error = 0;
  tricolor::blocking_region([&] {
    pollfd waiting = {descriptor, POLLIN, 0};
    about_to_block = true;
    events = poll(&waiting, 1, 10'000);
    error = errno;
  });
  check(events == 1, "poll() was interrupted", error);
  check(good_pair(node, 100), "the nodes of a blocked thread are gone");
}

static void allocate_inside() {
  Node *node = make_pair_of_nodes(200);
  long length = 0;
  tricolor::blocking_region([&] {
    std::string text(1000, 'x');
    disturb();
    text += std::to_string(text.size());
    length = static_cast<long>(text.size());
  });
  check(length == 1004, "the body did not run to its end", length);
  check(good_pair(node, 200), "the nodes are gone after a region that allocated");
}

static void throw_out() {
  Node *node = make_pair_of_nodes(300);
  bool caught = false;
  try {
    tricolor::blocking_region([] { throw 7; });
  } catch (int number) {
    caught = number == 7;
  }
  check(caught, "the exception was lost");
  disturb();
  check(good_pair(node, 300), "the nodes are gone after a region that threw");
}

static void nest() {
  int depth = 0;
  tricolor::blocking_region([&] { tricolor::blocking_region([&] { depth = 2; }); });
  check(depth == 2, "the inner body did not run");
}

int main() {
  int pipes[2];
  check(pipe(pipes) == 0, "no pipe");
  std::thread thread(block, pipes[0]);
  while (!about_to_block)
    std::this_thread::yield();
  usleep(20'000);
  for (int i = 0; i < 10; ++i)
    disturb();
  check(write(pipes[1], "x", 1) == 1, "no write");
  thread.join();
  for (int i = 0; i < 20; ++i) {
    allocate_inside();
    throw_out();
    nest();
  }
  std::puts("blocking-region: done");
  return finish();
}
