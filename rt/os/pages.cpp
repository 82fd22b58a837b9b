//===- rt/os/pages.cpp - Address space and memory from the kernel -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/pages.h"
#include "os/fatal.h"
#include <sys/mman.h>
#include <sys/resource.h>

namespace tricolor::rt {

void *reserve_pages(size_t bytes, size_t alignment) {
  size_t slack = alignment > os_page_bytes ? alignment : 0;
  if (bytes + slack < bytes)
    return nullptr;
  void *p =
      mmap(nullptr, bytes + slack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED)
    return nullptr;
  auto low = reinterpret_cast<uintptr_t>(p);
  uintptr_t aligned = (low + alignment - 1) & ~(alignment - 1);
  if (slack != 0) {
    if (aligned > low)
      munmap(p, aligned - low);
    uintptr_t high = low + bytes + slack;
    if (high > aligned + bytes)
      munmap(reinterpret_cast<void *>(aligned + bytes), high - aligned - bytes);
  }
  return reinterpret_cast<void *>(aligned);
}

CommitResult commit_pages(void *address, size_t bytes) {
  if (mprotect(address, bytes, PROT_READ | PROT_WRITE) != 0)
    return CommitResult::OutOfMemory;
  return CommitResult::Done;
}

void release_pages(void *address, size_t bytes) {
  if (bytes != 0)
    TRICOLOR_CHECK(madvise(address, bytes, MADV_DONTNEED) == 0);
}

void *map_pages(size_t bytes) {
  void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

void unmap_pages(void *address, size_t bytes) { munmap(address, bytes); }

size_t address_space_allowance() {
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return SIZE_MAX;
  return limit.rlim_cur / 2;
}

} // namespace tricolor::rt
