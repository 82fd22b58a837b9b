//===- rt/os/futex.cpp - Sleeping until a word changes ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/futex.h"
#include <cerrno>
#include <ctime>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tricolor::rt {

FutexWake futex_wait(std::atomic<uint32_t> *word, uint32_t expected, uint64_t timeout_ns) {
  int saved = errno;
  timespec timeout = {static_cast<time_t>(timeout_ns / 1'000'000'000),
                      static_cast<long>(timeout_ns % 1'000'000'000)};
  long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected,
                        timeout_ns != 0 ? &timeout : nullptr, nullptr, 0);
  FutexWake wake = result != 0 && errno == ETIMEDOUT ? FutexWake::Timeout : FutexWake::Woken;
  errno = saved;
  return wake;
}

void futex_wake(std::atomic<uint32_t> *word, int count) {
  int saved = errno;
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
  errno = saved;
}

void yield_processor() { sched_yield(); }

} // namespace tricolor::rt
