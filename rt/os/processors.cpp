//===- rt/os/processors.cpp - How many processors there are -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/processors.h"
#include <atomic>
#include <bit>
#include <cstdint>
#include <sys/syscall.h>
#include <unistd.h>

namespace tricolor::rt {

unsigned processor_count() {
  static constinit std::atomic<unsigned> cached{0};
  unsigned count = cached.load(std::memory_order_relaxed);
  if (count != 0)
    return count;
  // The system call, since cpu_set_t is too small for large machines.
  uint64_t mask[1024] = {};
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  for (long i = 0; i < bytes / 8; ++i)
    count += static_cast<unsigned>(std::popcount(mask[i]));
  if (count == 0)
    count = 1;
  cached.store(count, std::memory_order_relaxed);
  return count;
}

} // namespace tricolor::rt
