//===- test/run/stats.cpp - The statistics agree with each other --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The counters of stats() against a known sequence of allocations, and against each other.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: env TRICOLOR_OPTIONS=gcpercent=off %{limit} %t | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=gcpercent=off:verify=1:checkmark=1:markers=4 %{limit} %t | FileCheck %s
//
// CHECK: stats: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <algorithm>

static constexpr long kNodes = 10000;

// What must hold at any time in a program with one thread.
template <class Stats> static void check_sums(const Stats &stats, const char *when) {
  check(stats.mallocs - stats.frees == stats.objects, when, 1);
  check(stats.heap_live_bytes <= stats.heap_inuse_bytes || stats.collections == 0, when, 2);
  check(stats.heap_inuse_bytes <= stats.heap_sys_bytes, when, 3);
  check(stats.pause_max_ns <= stats.pause_total_ns, when, 4);
  uint64_t mallocs = stats.large.mallocs, frees = stats.large.frees, objects = stats.large.objects;
  for (size_t i = 0; i < stats.by_size_count; ++i) {
    mallocs += stats.by_size[i].mallocs;
    frees += stats.by_size[i].frees;
    objects += stats.by_size[i].objects;
    check(i == 0 || stats.by_size[i - 1].size < stats.by_size[i].size, when, 5);
  }
  check(mallocs == stats.mallocs, when, 6);
  check(frees == stats.frees, when, 7);
  check(objects == stats.objects, when, 8);
  uint64_t total = 0;
  size_t ring = std::min<size_t>(stats.collections, std::size(stats.pauses_ns));
  for (size_t i = 0; i < std::size(stats.pauses_ns); ++i) {
    check((stats.pauses_ns[i] != 0) == (i < ring), when, 9);
    check(stats.pauses_ns[i] <= stats.pause_max_ns, when, 10);
    total += stats.pauses_ns[i];
  }
  if (stats.collections <= std::size(stats.pauses_ns))
    check(total == stats.pause_total_ns, when, 11);
  else
    check(total <= stats.pause_total_ns, when, 12);
  // Each cycle holds this thread at least once, and the longest pause of all is in the last entry.
  uint64_t holds = 0;
  size_t longest = 0;
  for (size_t i = 0; i < std::size(stats.holds); ++i) {
    holds += stats.holds[i];
    if (stats.holds[i] != 0)
      longest = i;
  }
  check(holds >= stats.collections, when, 13);
  check(tricolor_hold_ns(longest) <= stats.pause_max_ns, when, 14);
  check(stats.pause_max_ns < tricolor_hold_ns(longest + 1), when, 15);
}

[[gnu::noinline]] static void make_garbage() { make_list(kNodes); }

int main() {
  tricolor::collect();
  auto start = tricolor::stats();
  check_sums(start, "at the start");
  check(start.collections == 1, "the first collect() is not counted",
        static_cast<long>(start.collections));

  Node *chain = make_list(kNodes);
  make_garbage();
  auto full = tricolor::stats();
  check_sums(full, "after allocation");
  check(full.mallocs - start.mallocs == 2 * kNodes, "wrong number of mallocs",
        static_cast<long>(full.mallocs - start.mallocs));
  check(full.frees == start.frees, "frees without a collection");
  check(full.collections == start.collections, "a collection although gcpercent is off");

  tricolor::collect();
  auto collected = tricolor::stats();
  check_sums(collected, "after a collection");
  check(collected.frees - full.frees == kNodes, "wrong number of objects freed",
        static_cast<long>(collected.frees - full.frees));
  uint64_t live = collected.heap_live_bytes - start.heap_live_bytes;
  check(live >= kNodes * sizeof(Node) && live <= kNodes * sizeof(Node) * 5 / 4, "wrong live bytes",
        static_cast<long>(live));
  check(collected.collections == start.collections + 1, "wrong number of collections");

  // The class of the nodes is the smallest that fits.
  bool found = false;
  for (size_t i = 0; i < collected.by_size_count; ++i) {
    if (collected.by_size[i].size >= sizeof(Node)) {
      check(collected.by_size[i].objects >= kNodes, "the nodes are in another size class",
            static_cast<long>(collected.by_size[i].objects));
      found = true;
      break;
    }
  }
  check(found, "there is no size class for a node");

  char *large = tricolor::make_array<char>(1 << 20);
  auto with_large = tricolor::stats();
  check_sums(with_large, "with a large object");
  check(with_large.large.mallocs == collected.large.mallocs + 1, "a large object is not counted");
  large[0] = 1;

  // An explicit delete counts at once.
  Node *first = chain;
  chain = chain->next;
  delete first;
  auto deleted = tricolor::stats();
  check_sums(deleted, "after delete");
  check(deleted.frees == with_large.frees + 1, "a delete is not counted");

  // More cycles than the ring of pauses has places.
  for (int i = 0; i < 300; ++i)
    tricolor::collect();
  auto last = tricolor::stats();
  check_sums(last, "after many collections");
  check(last.collections == deleted.collections + 300, "wrong number of collections",
        static_cast<long>(last.collections));
  check(chain->good(kNodes - 2), "the chain was lost");
  std::printf("stats: done\n");
  return finish();
}
