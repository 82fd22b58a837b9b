//===- docs/examples/check.h - How the examples judge themselves --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every example checks what it computes. check() counts failures from any thread and prints the
// first few; finish() turns them into the exit status. No loops here: under
// TRICOLOR_OPTIONS=stress=1 every turn of a loop is a collection.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_EXAMPLES_CHECK_H
#define TRICOLOR_EXAMPLES_CHECK_H

#include <atomic>
#include <cstdio>
#include <cstdlib>

inline std::atomic<long> check_failures{0};

// Records a failure unless `good`; `what` says what is wrong, `detail` where.
inline void check(bool good, const char *what, long detail = 0) {
  if (good)
    return;
  if (check_failures.fetch_add(1, std::memory_order_relaxed) < 10)
    std::fprintf(stderr, "FAILED: %s (%ld)\n", what, detail);
}

// The program's index-th argument as a number, or `fallback` when it was not given.
inline long argument(int argc, char **argv, int index, long fallback) {
  return index < argc ? std::strtol(argv[index], nullptr, 10) : fallback;
}

// main's result.
inline int finish() {
  long failures = check_failures.load();
  if (failures)
    std::printf("%ld checks failed\n", failures);
  return failures ? 1 : 0;
}

#endif // TRICOLOR_EXAMPLES_CHECK_H
