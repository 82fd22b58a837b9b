//===- rt/heap/page_heap.cpp - Free pages -------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/page_heap.h"
#include "heap/accounting.h"
#include "heap/dirty_bits.h"
#include "heap/free_run_tree.h"
#include "heap/page_table.h"
#include "heap/poison.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include "os/pages.h"
#include <cstring>

namespace tricolor::rt {

namespace {

// The heap grows by so much at least. Larger: fewer system calls; smaller: less committed ahead of
// need where the kernel counts it (vm.overcommit_memory=2, ulimit -d).
constexpr size_t growth_bytes = size_t{16} * 1024 * 1024;

// Free dirty memory that is kept in any case. More saves page faults in small programs; less lowers
// their resident size.
constexpr size_t least_reserve_bytes = size_t{16} * 1024 * 1024;

// What a heap of the expected size takes in pages, as a fraction of it: spans are not all full.
// More saves page faults; less lowers the resident size.
constexpr size_t slack_divisor = 10;

// What is released with one system call. Larger: fewer calls; smaller: less that nobody can have
// meanwhile.
constexpr size_t release_piece_pages = (size_t{1024} * 1024) >> page_shift;

// The part of a limit that is left free: other threads allocate while one releases or sweeps. Larger: pages are given back that
// could have stayed; smaller: the limit is passed by more.
constexpr size_t limit_room_divisor = 32;

// What is released beyond what a limit demands. Larger: fewer system calls near the limit; smaller: fewer page faults.
constexpr size_t limit_release_bytes = size_t{256} * 1024;

struct PageHeap {
  Mutex mutex;
  // Held during a release, whose piece is in no structure meanwhile. Taken before `mutex`.
  Mutex release_mutex;
  FreeRunTree tree;
  DirtyBits dirty;
  uintptr_t base = 0;
  size_t pages = 0; // reserved
  std::atomic<size_t> expected_bytes{0};
  std::atomic<size_t> limit_bytes{0};
};
constinit PageHeap heap;

size_t page_number(uintptr_t address) { return (address - heap.base) >> page_shift; }

void add_free_dirty(size_t pages) {
  heap_counters().free_dirty_bytes.fetch_add(pages * page_bytes, std::memory_order_relaxed);
}
void sub_free_dirty(size_t pages) {
  heap_counters().free_dirty_bytes.fetch_sub(pages * page_bytes, std::memory_order_relaxed);
}

FreeRun *free_run_at(uintptr_t address) {
  if (!page_table.contains(address))
    return nullptr;
  uintptr_t entry = page_table.entry_of(address).load(std::memory_order_relaxed);
  return entry & PageTable::free_run_tag
             ? reinterpret_cast<FreeRun *>(entry & ~PageTable::free_run_tag)
             : nullptr;
}

void set_ends(const FreeRun *run, uintptr_t entry) {
  page_table.set(run->base, 1, entry);
  page_table.set(run->base + (run->pages - 1) * page_bytes, 1, entry);
}

/// Takes the run out of all structures. Lock held. What comes and goes for good is counted by the
/// caller, so that who reads the counter without the lock sees no run missing that is only being cut.
void unlink(FreeRun *run) {
  heap.tree.remove(run);
  set_ends(run, 0);
}

void link(FreeRun *run) {
  heap.tree.insert(run);
  set_ends(run, reinterpret_cast<uintptr_t>(run) | PageTable::free_run_tag);
}

/// Makes the pages a free run, merged with its neighbours; their page table entries are 0. Lock
/// held. Uses `node` for it if not null.
void link_merged(uintptr_t base, size_t pages, size_t dirty, FreeRun *node) {
  add_free_dirty(dirty);
  if (FreeRun *below = base > heap.base ? free_run_at(base - page_bytes) : nullptr) {
    unlink(below);
    base = below->base;
    pages += below->pages;
    dirty += below->dirty;
    if (node)
      metadata_free(node, sizeof(FreeRun));
    node = below;
  }
  if (FreeRun *above = free_run_at(base + pages * page_bytes)) {
    unlink(above);
    pages += above->pages;
    dirty += above->dirty;
    if (node)
      metadata_free(above, sizeof(FreeRun));
    else
      node = above;
  }
  if (!node)
    node = static_cast<FreeRun *>(metadata_allocate(sizeof(FreeRun)));
  node->base = base;
  node->pages = pages;
  node->dirty = dirty;
  link(node);
}

/// Commits the next `bytes` bytes of the range. Lock held.
bool grow_by(size_t bytes) {
  size_t grown = page_table.grown.load(std::memory_order_relaxed);
  if (bytes > page_table.reserved - grown)
    return false;
  // The page table's entries first: a reader trusts `grown`.
  auto entries = reinterpret_cast<uintptr_t>(page_table.entries);
  uintptr_t first = (entries + (grown >> page_shift) * 8) & ~(os_page_bytes - 1);
  uintptr_t last = entries + ((grown + bytes) >> page_shift) * 8;
  last = (last + os_page_bytes - 1) & ~(os_page_bytes - 1);
  if (commit_pages(reinterpret_cast<void *>(first), last - first) != CommitResult::Done ||
      commit_pages(reinterpret_cast<void *>(heap.base + grown), bytes) != CommitResult::Done)
    return false;
  page_table.grown.store(grown + bytes, std::memory_order_release);
  link_merged(heap.base + grown, bytes >> page_shift, 0, nullptr);
  return true;
}

/// Grows so that a run of `pages` pages exists. Lock held.
bool grow(size_t pages) {
  if (pages > heap.pages)
    return false;
  size_t grown = page_table.grown.load(std::memory_order_relaxed);
  size_t bytes = pages * page_bytes;
  // The last free run, if it ends where the heap does, counts.
  if (const FreeRun *last = grown != 0 ? free_run_at(heap.base + grown - page_bytes) : nullptr)
    bytes -= last->pages * page_bytes; // less than `pages`, or it would have fitted
  size_t rounded = bytes > growth_bytes ? bytes : growth_bytes;
  return grow_by(rounded) || (rounded != bytes && grow_by(bytes));
}

} // namespace

bool pages_initialize(uintptr_t base, size_t pages) {
  if (!heap.dirty.initialize(pages))
    return false;
  heap.base = base;
  heap.pages = pages;
  return true;
}

namespace {

PageRun take_pages(size_t pages, size_t align, Growth growth) {
  // Any run of so many pages contains an aligned one.
  size_t search = pages + (align > page_bytes ? align / page_bytes - 1 : 0);
  if (search < pages || search > heap.pages)
    return {};
  LockGuard guard(heap.mutex);
  FreeRun *run = heap.tree.best_fit(search);
  if (!run) {
    if (growth == Growth::Never || !grow(search))
      return {};
    run = heap.tree.best_fit(search);
  }
  unlink(run);
  uintptr_t base = run->base;
  if (align > page_bytes)
    base = (base + align - 1) & ~(align - 1);
  size_t low = (base - run->base) >> page_shift;
  size_t high = run->pages - low - pages;
  size_t dirty = heap.dirty.count(page_number(base), pages);
  size_t low_dirty = low != 0 ? heap.dirty.count(page_number(run->base), low) : 0;
  size_t high_dirty = run->dirty - dirty - low_dirty;
  sub_free_dirty(dirty);
  FreeRun *node = run;
  if (low != 0) {
    node->pages = low;
    node->dirty = low_dirty;
    link(node);
    node = nullptr;
  }
  if (high != 0) {
    if (!node)
      node = static_cast<FreeRun *>(metadata_allocate(sizeof(FreeRun)));
    node->base = base + pages * page_bytes;
    node->pages = high;
    node->dirty = high_dirty;
    link(node);
    node = nullptr;
  }
  if (node)
    metadata_free(node, sizeof(FreeRun));
  heap_counters().inuse_bytes.fetch_add(pages * page_bytes, std::memory_order_relaxed);
  return {base, pages, dirty};
}

/// What is kept below for a limit's sake; 0 without one.
size_t limit_to_keep() {
  size_t limit = heap.limit_bytes.load(std::memory_order_relaxed);
  return limit - limit / limit_room_divisor;
}

/// Under a limit, free dirty pages make room for pages that become dirty: at once, since the background thread would come
/// when the limit is passed already.
void release_for_limit() {
  size_t limit = limit_to_keep();
  size_t held = heap_sys_bytes();
  if (limit == 0 || held <= limit)
    return;
  size_t excess = held - limit + limit_release_bytes;
  size_t dirty = heap_counters().free_dirty_bytes.load(std::memory_order_relaxed);
  if (dirty != 0)
    release_free_pages(dirty > excess ? dirty - excess : 0, excess);
}

} // namespace

PageRun allocate_pages(size_t pages, size_t align, Growth growth) {
  PageRun run = take_pages(pages, align, growth);
  if (run.dirty != run.pages)
    release_for_limit();
  return run;
}

void free_pages(uintptr_t base, size_t pages) {
  LockGuard guard(heap.mutex);
  link_merged(base, pages, heap.dirty.count(page_number(base), pages), nullptr);
  heap_counters().inuse_bytes.fetch_sub(pages * page_bytes, std::memory_order_relaxed);
}

void prepare_pages(const PageRun &run, PageContents contents) {
  size_t first = page_number(run.base);
  bool poison = poison_enabled();
  if (run.dirty != 0 || contents == PageContents::Poisoned) {
    for (size_t i = 0; i < run.pages; ++i) {
      uintptr_t page = run.base + i * page_bytes;
      bool dirty = heap.dirty.test(first + i);
      if (dirty && poison)
        poison_check(page, page_bytes, 0);
      if (contents == PageContents::Zero && dirty)
        std::memset(reinterpret_cast<void *>(page), 0, page_bytes);
      if (contents == PageContents::Poisoned && !dirty)
        poison_fill(page, page_bytes);
    }
  }
  heap.dirty.set(first, run.pages);
}

void expect_heap_bytes(size_t bytes) {
  heap.expected_bytes.store(bytes, std::memory_order_relaxed);
}

void limit_heap_bytes(size_t bytes) { heap.limit_bytes.store(bytes, std::memory_order_relaxed); }

size_t bytes_past_limit(size_t more) {
  size_t limit = limit_to_keep();
  size_t needed = heap_inuse_bytes() + metadata_bytes() + more;
  return limit != 0 && needed > limit ? needed - limit : 0;
}

size_t page_reserve_bytes() {
  size_t inuse = heap_inuse_bytes();
  size_t expected = heap.expected_bytes.load(std::memory_order_relaxed);
  expected = expected != 0 ? expected + expected / slack_divisor : 2 * inuse;
  size_t reserve = expected > inuse ? expected - inuse : 0;
  if (reserve < least_reserve_bytes)
    reserve = least_reserve_bytes;
  if (size_t limit = heap.limit_bytes.load(std::memory_order_relaxed)) {
    size_t needed = inuse + metadata_bytes();
    size_t room = limit > needed ? limit - needed : 0;
    if (reserve > room)
      reserve = room;
  }
  return reserve;
}

namespace {

/// Cuts [begin, end) out of the run, which is in no structure; puts the rest back. Lock held.
void put_back_around(FreeRun *run, size_t begin, size_t end) {
  FreeRun whole = *run;
  FreeRun *node = run;
  auto put_back = [&](size_t first, size_t last) {
    if (first == last)
      return;
    if (!node)
      node = static_cast<FreeRun *>(metadata_allocate(sizeof(FreeRun)));
    node->base = whole.base + first * page_bytes;
    node->pages = last - first;
    node->dirty = heap.dirty.count(page_number(node->base), node->pages);
    link(node);
    node = nullptr;
  };
  put_back(0, begin);
  put_back(end, whole.pages);
  if (node)
    metadata_free(node, sizeof(FreeRun));
}

/// Takes at most `most` free dirty pages, consecutive, the highest of the largest run.
PageRun take_dirty_piece(size_t keep_bytes, size_t most) {
  LockGuard guard(heap.mutex);
  size_t held = heap_counters().free_dirty_bytes.load(std::memory_order_relaxed);
  FreeRun *run = held > keep_bytes ? heap.tree.largest_dirty() : nullptr;
  if (!run)
    return {};
  size_t excess = (held - keep_bytes + page_bytes - 1) >> page_shift;
  most = most < excess ? most : excess;
  most = most < release_piece_pages ? most : release_piece_pages;
  unlink(run);
  size_t first = page_number(run->base);
  size_t end = heap.dirty.last_set(first, run->pages) + 1 - first;
  size_t begin = end;
  while (begin > 0 && end - begin < most && heap.dirty.test(first + begin - 1))
    --begin;
  PageRun piece = {run->base + begin * page_bytes, end - begin, end - begin};
  put_back_around(run, begin, end);
  sub_free_dirty(piece.pages);
  return piece;
}

} // namespace

size_t release_free_pages(size_t keep_bytes, size_t most_bytes) {
  LockGuard releasing(heap.release_mutex);
  size_t released = 0;
  while (released < most_bytes) {
    size_t most = (most_bytes - released - 1) / page_bytes + 1;
    PageRun piece = take_dirty_piece(keep_bytes, most);
    if (piece.base == 0)
      break;
    size_t bytes = piece.pages * page_bytes;
    release_pages(reinterpret_cast<void *>(piece.base), bytes);
    heap.dirty.clear(page_number(piece.base), piece.pages);
    heap_counters().released_bytes.fetch_add(bytes, std::memory_order_relaxed);
    released += bytes;
    LockGuard guard(heap.mutex);
    link_merged(piece.base, piece.pages, 0, nullptr);
  }
  return released;
}

size_t verify_free_pages() {
  LockGuard releasing(heap.release_mutex);
  LockGuard guard(heap.mutex);
  size_t total = 0, dirty = 0;
  heap.tree.for_each([&](FreeRun *run) {
    uintptr_t end = run->base + run->pages * page_bytes;
    if (run->pages == 0 || free_run_at(run->base) != run || free_run_at(end - page_bytes) != run)
      fatal(LineWriter()
                .str("heap verification: free run at ")
                .hex(run->base)
                .str(" has wrong page table entries"));
    if ((run->base > heap.base && free_run_at(run->base - page_bytes)) || free_run_at(end))
      fatal(LineWriter()
                .str("heap verification: free run at ")
                .hex(run->base)
                .str(" is not merged with its neighbour"));
    for (uintptr_t page = run->base + page_bytes; page + page_bytes < end; page += page_bytes)
      if (page_table.entry_of(page).load(std::memory_order_relaxed) != 0)
        fatal(LineWriter().str("heap verification: a span claims the free page ").hex(page));
    if (run->dirty != heap.dirty.count(page_number(run->base), run->pages))
      fatal(LineWriter()
                .str("heap verification: free run at ")
                .hex(run->base)
                .str(" has a wrong count of dirty pages"));
    if (poison_enabled())
      for (size_t i = 0; i < run->pages; ++i)
        if (heap.dirty.test(page_number(run->base) + i))
          poison_check(run->base + i * page_bytes, page_bytes, 0);
    total += run->pages;
    dirty += run->dirty;
  });
  if (dirty * page_bytes != heap_counters().free_dirty_bytes.load(std::memory_order_relaxed))
    fatal("heap verification: the count of free dirty pages is wrong");
  return total;
}

} // namespace tricolor::rt
