//===- test/run/heap-goal.cpp - Allocation stops at the heap's goal -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   heap-goal small|ring|arrays THREADS LIVE-MIB TOTAL-MIB
//
// Threads that do nothing but allocate: nodes of 32 bytes, of which trees stay alive; messages of 1 KiB in a ring; arrays
// of 256 KiB in a ring. LIVE-MIB are live, and TOTAL-MIB are allocated in all. In the second half of the cycles no heap may be
// more than a tenth above its goal when its marking is over, and with a limit the heap with its tables and free pages
// (heap_sys, which the limit is for) never more than a twentieth above that, however busy the machine is.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %python %{inputs}/heap-goal.py %t small 1 40 1000 | FileCheck %s
// RUN: %python %{inputs}/heap-goal.py %t small 2 40 1000 | FileCheck %s
// RUN: %python %{inputs}/heap-goal.py %t ring 1 100 2000 | FileCheck %s
// RUN: %python %{inputs}/heap-goal.py %t ring 2 100 2000 | FileCheck %s
// RUN: %python %{inputs}/heap-goal.py %t arrays 1 100 4000 | FileCheck %s
// RUN: %python %{inputs}/heap-goal.py %t arrays 2 100 4000 | FileCheck %s
// CHECK: no cycle past its goal
//
// RUN: %python %{inputs}/heap-goal.py --limit 192 %t small 1 40 1000 | FileCheck %s --check-prefix=LIMIT
// RUN: %python %{inputs}/heap-goal.py --limit 192 %t small 2 40 1000 | FileCheck %s --check-prefix=LIMIT
// RUN: %python %{inputs}/heap-goal.py --limit 400 %t ring 2 100 2000 | FileCheck %s --check-prefix=LIMIT
// RUN: %python %{inputs}/heap-goal.py --limit 400 %t arrays 1 100 4000 | FileCheck %s --check-prefix=LIMIT
// RUN: %python %{inputs}/heap-goal.py --limit 400 %t arrays 2 100 4000 | FileCheck %s --check-prefix=LIMIT
// LIMIT: the limit was kept
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr size_t kMiB = 1 << 20;

struct Node : tricolor::managed {
  Node *left = nullptr, *right = nullptr;
  long value = 0;
};

struct Message : tricolor::managed {
  Message *previous = nullptr; // garbage by the time that this one is
  char bytes[1000];
};

std::atomic<size_t> highest{0};

// The most that the heap, its tables and its free pages took.
void look() {
  size_t now = tricolor::stats().heap_sys_bytes, before = highest;
  while (now > before && !highest.compare_exchange_weak(before, now)) {
  }
}

Node *tree(int depth) {
  auto *node = new Node;
  node->value = depth;
  if (depth > 0) {
    node->left = tree(depth - 1);
    node->right = tree(depth - 1);
  }
  return node;
}

long count(const Node *node) { return node ? 1 + count(node->left) + count(node->right) : 0; }

constexpr int kDepth = 12;
constexpr size_t kTree = ((2 << kDepth) - 1) * 32;

void small(size_t live, size_t total) {
  std::vector<Node *> trees(live / kTree);
  for (size_t i = 0; i * kTree < total; ++i) {
    trees[i % trees.size()] = tree(kDepth);
    look();
  }
  for (Node *root : trees)
    check(count(root) == (2 << kDepth) - 1, "a tree has lost nodes");
}

void ring(size_t live, size_t total) {
  Message **messages = tricolor::make_array<Message *>(live / 1024);
  for (size_t i = 0; i * 1024 < total; ++i) {
    auto *message = new Message;
    std::memset(message->bytes, static_cast<int>(i), sizeof message->bytes);
    messages[i % (live / 1024)] = message;
    if (i % 64 == 0)
      look();
  }
}

constexpr size_t kArray = 256 << 10;

void arrays(size_t live, size_t total) {
  struct Kept {
    Node ***pointers;
    size_t count;
  } kept = {tricolor::make_array<Node **>(live / kArray), live / kArray};
  for (size_t i = 0; i * kArray < total; ++i) {
    Node **array = tricolor::make_array<Node *>(kArray / sizeof(Node *));
    array[i % 1000] = new Node;
    kept.pointers[i % kept.count] = array;
    look();
  }
}

} // namespace

int main(int argc, char **argv) {
  std::string_view what = argc > 1 ? argv[1] : "small";
  auto threads = static_cast<size_t>(argument(argc, argv, 2, 1));
  size_t live = static_cast<size_t>(argument(argc, argv, 3, 40)) * kMiB / threads;
  size_t total = static_cast<size_t>(argument(argc, argv, 4, 1000)) * kMiB / threads;
  auto work = what == "small" ? small : what == "ring" ? ring : arrays;
  std::vector<std::thread> workers;
  for (size_t i = 0; i < threads; ++i)
    workers.emplace_back(work, live, total);
  for (std::thread &worker : workers)
    worker.join();
  std::printf("heap-goal: %zu KiB at most, %zu cycles\n", highest.load() >> 10,
              static_cast<size_t>(tricolor::stats().collections));
  return finish();
}
