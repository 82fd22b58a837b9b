//===- rt/threads/poll_pages.cpp - The pages that trap polls read -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A list of entries that are never freed, so that the handler of SIGSEGV may read it without a lock: an
// image that goes leaves its entry to the next one that comes.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/poll_pages.h"

#include "os/fatal.h"
#include "os/lock.h"
#include "os/metadata.h"
#include "os/pages.h"

#include <tricolor/abi.h>

#include <atomic>
#include <sys/mman.h>

namespace tricolor::rt {

static_assert(TRICOLOR_POLL_PAGE_BYTES == os_page_bytes);

namespace {

struct Entry {
  std::atomic<uintptr_t> page; // 0: free
  Entry *next;
};

constinit std::atomic<Entry *> g_first{nullptr};
// Writers, and the pages' state.
constinit Mutex g_lock;
constinit PollPages g_state = PollPages::Readable;

void protect(uintptr_t page, PollPages state) {
  int access = state == PollPages::Protected ? PROT_NONE : PROT_READ | PROT_WRITE;
  if (mprotect(reinterpret_cast<void *>(page), os_page_bytes, access) != 0)
    fatal("cannot change the protection of a poll page",
          "raise vm.max_map_count, or compile without -fplugin-arg-tricolor-polls=trap");
}

Entry *entry_of(uintptr_t page) {
  for (Entry *entry = g_first.load(std::memory_order_acquire); entry; entry = entry->next)
    if (entry->page.load(std::memory_order_relaxed) == page)
      return entry;
  return nullptr;
}

} // namespace

void set_poll_pages(PollPages state) {
  LockGuard guard(g_lock);
  g_state = state;
  for (Entry *entry = g_first.load(std::memory_order_relaxed); entry; entry = entry->next)
    if (uintptr_t page = entry->page.load(std::memory_order_relaxed))
      protect(page, state);
}

void abandon_poll_pages() {
  for (Entry *entry = g_first.load(std::memory_order_acquire); entry; entry = entry->next)
    if (uintptr_t page = entry->page.load(std::memory_order_relaxed))
      protect(page, PollPages::Readable);
}

void add_poll_page(void *page) {
  LockGuard guard(g_lock);
  Entry *entry = entry_of(0);
  if (!entry) {
    entry = static_cast<Entry *>(metadata_allocate(sizeof(Entry)));
    entry->next = g_first.load(std::memory_order_relaxed);
    g_first.store(entry, std::memory_order_release);
  }
  auto address = reinterpret_cast<uintptr_t>(page);
  entry->page.store(address, std::memory_order_seq_cst);
  if (g_state == PollPages::Protected)
    protect(address, PollPages::Protected);
}

void remove_poll_page(void *page) {
  LockGuard guard(g_lock);
  auto address = reinterpret_cast<uintptr_t>(page);
  Entry *entry = entry_of(address);
  if (!entry)
    return;
  protect(address, PollPages::Readable);
  entry->page.store(0, std::memory_order_seq_cst);
}

PageKind page_kind(uintptr_t address) {
  return address != 0 && entry_of(address) ? PageKind::PollPage : PageKind::Other;
}

} // namespace tricolor::rt
