//===- test/run/gc-percent.cpp - The rate of collection -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// gcpercent decides how often the collector runs by itself: not at all when it is off, more often
// when it is small; set_gc_percent changes it while the program runs and returns the old value.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=gcpercent=off %{limit} %t off | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=gcpercent=400 %{limit} %t 400 | FileCheck %s
// RUN: env -u TRICOLOR_OPTIONS %{limit} %t 100 | FileCheck %s
//
// CHECK: gc-percent: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <cstring>

struct Kilobyte : tricolor::managed {
  Kilobyte *next = nullptr;
  long numbers[127] = {};
};

// Allocates `megabytes` MiB of garbage; returns how many collections that took.
[[gnu::noinline]] static long collections_for(long megabytes) {
  auto before = tricolor::stats().collections;
  for (long i = 0; i < megabytes * 1024; ++i)
    new Kilobyte;
  return static_cast<long>(tricolor::stats().collections - before);
}

int main(int argc, char **argv) {
  bool off = argc > 1 && std::strcmp(argv[1], "off") == 0;
  long initial = off ? -1 : argument(argc, argv, 1, 100);

  // 16 MiB that stay.
  Kilobyte *live = nullptr;
  for (long i = 0; i < 16 * 1024; ++i) {
    auto *next = new Kilobyte;
    next->next = live;
    live = next;
  }
  if (off)
    check(tricolor::stats().collections == 0, "a collection although gcpercent is off",
          static_cast<long>(tricolor::stats().collections));
  if (off)
    check(collections_for(100) == 0, "collections although gcpercent is off");

  // The value that the options gave comes back from the first call.
  long old = tricolor::set_gc_percent(100);
  check(old == initial, "set_gc_percent returned a wrong old value", old);
  tricolor::collect();
  // 16 MiB live and 100 %: a cycle for about every 16 MiB of garbage; fewer where the machine is busy, because what
  // is allocated during a cycle lives until the next.
  long at_100 = collections_for(320);
  check(at_100 >= 5 && at_100 <= 45, "wrong number of cycles at 100 %", at_100);

  check(tricolor::set_gc_percent(400) == 100, "the old value should be 100");
  tricolor::collect();
  long at_400 = collections_for(320);
  check(at_400 >= 1 && at_400 <= 12 && at_400 < at_100, "wrong number of cycles at 400 %", at_400);

  check(tricolor::set_gc_percent(-1) == 400, "the old value should be 400");
  tricolor::collect();
  check(collections_for(200) == 0, "cycles although the rate is off");
  auto before = tricolor::stats();
  tricolor::collect();
  auto after = tricolor::stats();
  check(after.collections == before.collections + 1,
        "collect() does not work when the rate is off");
  check(after.heap_live_bytes < 40u * 1024 * 1024, "collect() freed nothing",
        static_cast<long>(after.heap_live_bytes));

  long count = 0;
  for (; live; live = live->next)
    ++count;
  check(count == 16 * 1024, "live memory was lost", count);
  std::printf("gc-percent: done\n");
  return finish();
}
