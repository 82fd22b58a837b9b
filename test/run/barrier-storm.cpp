//===- test/run/barrier-storm.cpp - A thread that stores references without end ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The marking ends while a thread goes on storing the same references, and does not take more and more memory for them. A
// list takes long enough to mark that more is stored meanwhile than markers could look up.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: timeout 100 %t 3 1000000 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=mode=dijkstra timeout 100 %t 3 1000000 | FileCheck %s
// RUN: %{stress} %t 1 10 | FileCheck %s
// CHECK: done
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

struct Node : tricolor::managed {
  Node *next = nullptr;
  long number = 0;
};

constexpr unsigned Count = 500;
Node **nodes;
std::atomic<bool> stop;

[[gnu::noinline]] void store_until_stopped() {
  for (unsigned i = 0, k = 1; !stop; ++i, k += 7)
    nodes[i % Count]->next = nodes[k % Count];
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  int cycles = std::atoi(argv[1]), length = std::atoi(argv[2]);
  Node *list = nullptr;
  for (int i = 0; i != length; ++i) {
    auto *node = new Node;
    node->next = list;
    list = node;
  }
  nodes = tricolor::make_array<Node *>(Count);
  for (unsigned i = 0; i != Count; ++i) {
    nodes[i] = new Node;
    nodes[i]->next = nodes[i];
    nodes[i]->number = i;
  }
  std::thread collecting([=] {
    for (int i = 0; i != cycles; ++i)
      tricolor::collect();
    stop = true;
  });
  store_until_stopped();
  collecting.join();
  for (unsigned i = 0; i != Count; ++i)
    if (nodes[i]->number != long(i) || nodes[i]->next->number >= long(Count))
      return 1;
  std::uint64_t bytes = tricolor::stats().heap_sys_bytes + tricolor::stats().metadata_bytes;
  if (bytes > (64u << 20)) {
    std::printf("%llu bytes\n", static_cast<unsigned long long>(bytes));
    return 1;
  }
  tricolor::keep_alive(list);
  std::puts("done");
}
