//===- test/run/blocked-unmapped.cpp - Threads that block in calls without a map ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A call whose result is a long double can have no map. Threads block in such calls, through a pointer and by
// name, and one in vfork, whose second return comes back to where the first one was. Each holds the only reference to
// nodes in its frame. Collections must not wait for them, and must keep the nodes.
//
// RUN: %clang -D_GNU_SOURCE -O2 -c %{inputs}/unmapped_part.c -o %t.part.o
// RUN: %{build} -O2 %s %t.part.o -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O0 %s %t.part.o -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// The calls have sites that say "the whole frame".
// RUN: %{build} -O2 -c %s -o %t.o
// RUN: %python %source/test/pass/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s --check-prefix=MAP
// RUN: %{build} -O0 -c %s -o %t.o
// RUN: %python %source/test/pass/Inputs/dump_maps.py --no-offsets %t.o | FileCheck %s --check-prefix=MAP
//
// CHECK: blocked-unmapped: done
//
// MAP-DAG: site -> {{indirect|[*].*}}: frame
// MAP-DAG: site -> read_real: frame
// MAP-DAG: site -> vfork: frame
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <atomic>
#include <cstdio>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern "C" long double read_real(int descriptor, int *thread);
static long double (*volatile reader)(int, int *) = read_real;

static int thread_of[2];

[[gnu::noinline]] static void read_by_pointer(int descriptor) {
  Node *node = make_pair_of_nodes(100);
  check(reader(descriptor, &thread_of[0]) == 'x', "the first byte did not come");
  check(good_pair(node, 100), "the nodes of a call through a pointer were lost");
}

[[gnu::noinline]] static void read_by_name(int descriptor) {
  Node *node = make_pair_of_nodes(200);
  check(read_real(descriptor, &thread_of[1]) == 'x', "the second byte did not come");
  check(good_pair(node, 200), "the nodes of a call by name were lost");
}

static std::atomic<bool> forked;

[[gnu::noinline]] static void fork_often() {
  for (int i = 0; i < 30; ++i) {
    Node *node = make_pair_of_nodes(300 + i);
    pid_t child = vfork();
    if (child == 0) {
      usleep(2000);
      _exit(0);
    }
    check(child > 0, "vfork failed");
    check(good_pair(node, 300 + i), "nodes were lost across vfork", i);
    waitpid(child, nullptr, 0);
  }
  forked = true;
}

static bool is_blocked(const int &thread) {
  int id = __atomic_load_n(&thread, __ATOMIC_SEQ_CST);
  if (id == 0)
    return false;
  char path[64], state = 0;
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
  if (std::FILE *file = std::fopen(path, "r")) {
    int fields = std::fscanf(file, "%*d (%*[^)]) %c", &state);
    std::fclose(file);
    return fields == 1 && state == 'S';
  }
  return false;
}

static void wait_until_both_block() {
  for (int attempt = 0; attempt < 10000; ++attempt, usleep(1000))
    if (is_blocked(thread_of[0]) && is_blocked(thread_of[1]))
      return;
  check(false, "a thread did not block");
}

int main() {
  int first[2], second[2];
  if (pipe(first) != 0 || pipe(second) != 0)
    return 2;
  std::thread threads[] = {std::thread(read_by_pointer, first[0]),
                           std::thread(read_by_name, second[0])};
  wait_until_both_block();
  std::thread forker(fork_often);
  int collections = 0;
  for (; collections < 10 || !forked; ++collections) {
    tricolor::collect();
    disturb();
  }
  wait_until_both_block();
  check(write(first[1], "x", 1) == 1 && write(second[1], "x", 1) == 1, "write failed");
  for (std::thread &thread : threads)
    thread.join();
  forker.join();
  std::printf("blocked-unmapped: done\n");
  return finish();
}
