//===- test/run/memory-limit.cpp - A soft limit for the heap ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// 40 MiB are live and garbage is made all the time. With gcpercent=400 the heap would grow to 200 MiB; a limit of 96 MiB
// keeps it below 101, whether the option or the program sets it. A limit below what is live is given up, and that is said once.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=gcpercent=400 %{limit} %t 150 1000 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=gcpercent=400:memlimit=96M %{limit} %t 40 101 2>&1 | FileCheck %s --implicit-check-not=memlimit=
// RUN: env TRICOLOR_OPTIONS=gcpercent=400 %{limit} %t 40 101 96 2>&1 | FileCheck %s --implicit-check-not=memlimit=
// RUN: env TRICOLOR_OPTIONS=gcpercent=400:memlimit=20M %{limit} %t 40 400 2>&1 | FileCheck %s --check-prefix=PAST
//
// CHECK: memory-limit: done
// PAST: memlimit=20971520 cannot be kept
// PAST-NOT: cannot be kept
// PAST: memory-limit: done
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <algorithm>

struct Block : tricolor::managed {
  Block *next = nullptr;
  char bytes[1016];
};

static constexpr size_t kMiB = 1 << 20;

// The most that the heap had from the kernel, in MiB, in the second half of the time.
[[gnu::noinline]] static long peak_with_garbage() {
  size_t peak = 0;
  for (long i = 0; i < 1200 * 1024; ++i) {
    new Block;
    if (i > 600 * 1024 && i % 512 == 0)
      peak = std::max<size_t>(peak, tricolor::stats().heap_sys_bytes);
  }
  return static_cast<long>(peak / kMiB);
}

int main(int argc, char **argv) {
  long least = argument(argc, argv, 1, 0), most = argument(argc, argv, 2, 1000);
  if (long limit = argument(argc, argv, 3, 0))
    check(tricolor::set_memory_limit(static_cast<size_t>(limit) * kMiB) == 0, "there was a limit");
  Block *live = nullptr;
  for (int i = 0; i < 40 * 1024; ++i) {
    Block *block = new Block;
    block->next = live;
    live = block;
  }
  long peak = peak_with_garbage();
  check(peak >= least, "the heap was smaller than it must be", peak);
  check(peak <= most, "the heap grew past the limit", peak);
  long count = 0;
  for (; live; live = live->next)
    ++count;
  check(count == 40 * 1024, "live memory was lost", count);
  std::printf("memory-limit: done\n");
  return finish();
}
