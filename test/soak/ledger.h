//===- test/soak/ledger.h - What the soak counts, and how it fails ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every number that must have a counterpart when all is dropped: as many destructors as objects that have one, as
// many calls of finalizers as were asked for. A mismatch anywhere ends the process at once, with what was wrong, so
// that a core file shows the heap as it was.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SOAK_LEDGER_H
#define TRICOLOR_TEST_SOAK_LEDGER_H

#include <atomic>
#include <cstdint>
#include <unistd.h>

namespace soak {

struct Ledger {
  std::atomic<uint64_t> made{0}, destroyed{0};
  std::atomic<uint64_t> finalizers{0}, finalized{0};
  std::atomic<uint64_t> cleanups{0}, cleaned{0};
  std::atomic<uint64_t> revived{0};
  std::atomic<uint64_t> pushed{0}, popped{0};         // nodes of the stacks
  std::atomic<uint64_t> pushed_sum{0}, popped_sum{0}; // their numbers
  std::atomic<uint64_t> sent{0}, received{0};
  std::atomic<uint64_t> found{0}, gone{0}; // by weak references
  std::atomic<uint64_t> threads{0}, forks{0}, thrown{0}, collected{0};
};
inline Ledger ledger;

/// The process that forks the others. In a child, threads that were constructing or deleting objects are not there any
/// more, so destructors may get objects that no constructor has finished, or that have been destroyed (docs/limits.md).
inline const pid_t first_process = getpid();

/// Prints what is wrong and aborts.
[[noreturn]] void fail(const char *what, uint64_t detail = 0, const void *where = nullptr);

inline void require(bool good, const char *what, uint64_t detail = 0, const void *where = nullptr) {
  if (__builtin_expect(!good, 0))
    fail(what, detail, where);
}

} // namespace soak

#endif // TRICOLOR_TEST_SOAK_LEDGER_H
