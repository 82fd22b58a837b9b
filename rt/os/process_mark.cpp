//===- rt/os/process_mark.cpp - Whether this process is the one that was initialized *- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/process_mark.h"
#include "os/pages.h"

#include <atomic>
#include <sys/mman.h>

namespace tricolor::rt {

namespace {

// The page's first word. Null before initialization, and where there is no such page.
constinit std::atomic<std::atomic<bool> *> g_mark{nullptr};

} // namespace

void mark_process() {
  std::atomic<bool> *mark = g_mark.load(std::memory_order_relaxed);
  if (!mark) {
    void *page = map_pages(os_page_bytes);
    if (!page)
      return;
    if (madvise(page, os_page_bytes, MADV_WIPEONFORK) != 0) {
      unmap_pages(page, os_page_bytes);
      return;
    }
    mark = static_cast<std::atomic<bool> *>(page);
  }
  mark->store(true, std::memory_order_relaxed);
  g_mark.store(mark, std::memory_order_release);
}

bool is_marked_process() {
  std::atomic<bool> *mark = g_mark.load(std::memory_order_acquire);
  return !mark || mark->load(std::memory_order_relaxed);
}

} // namespace tricolor::rt
