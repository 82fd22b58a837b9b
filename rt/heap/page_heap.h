//===- rt/heap/page_heap.h - Free pages ---------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Runs of free pages: the smallest that fits is taken (of equals the lowest), a freed run is merged
// with its free neighbours, and the heap grows upwards when nothing fits. One lock.
//
// Each page is *dirty* or *clean*: clean ones were never used or were given back to the kernel, and
// read as zero. With poison, dirty free pages are filled with the poison byte from end to end. The
// dirty bit of a page belongs to whoever owns the page, bits of neighbours share words, so they are
// changed atomically.
//
// Memory is given back in the background, by large frees, and where a memory limit would be passed by the allocation
// that would pass it: what exceeds page_reserve_bytes() of free dirty pages (the limit), from the largest runs, from their tops, a piece at a time. A piece that is being
// released is in nobody's hands but the releaser's, so that the lock is not held during madvise; the
// rest of its run can be had meanwhile.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_PAGE_HEAP_H
#define TRICOLOR_RT_HEAP_PAGE_HEAP_H

#include "heap/config.h"
#include "os/lock.h"
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Pages in nobody's lists; `dirty` of them are.
struct PageRun {
  uintptr_t base = 0; // 0: none
  size_t pages = 0;
  size_t dirty = 0;
};

enum class Growth : uint8_t { Allowed, Never };

/// Reserves the tables for a heap of `pages` pages at `base`. From heap_initialize().
bool pages_initialize(uintptr_t base, size_t pages);

/// `pages` pages aligned to `align` bytes. Nothing when memory is exhausted, or with Growth::Never
/// when no free run fits.
PageRun allocate_pages(size_t pages, size_t align, Growth growth);
/// Takes pages back. With poison they must be filled with the poison byte.
void free_pages(uintptr_t base, size_t pages);

enum class PageContents : uint8_t { Zero, Poisoned, AsIs };
/// Brings the contents of fresh pages into a known state and marks them dirty; with poison checks
/// first that nobody wrote to them.
void prepare_pages(const PageRun &run, PageContents contents);

/// Tells how many bytes of objects the heap will hold when the next cycle begins (the pacer's
/// goal), so that the pages for it are kept. Any thread; until told, twice what is in use is
/// expected.
void expect_heap_bytes(size_t bytes);
/// The memory that the heap and the runtime's tables should not hold more of (a memory limit); 0: any.
/// Free pages beyond it are not kept. Any thread.
void limit_heap_bytes(size_t bytes);
/// By how many bytes the heap and the tables would be past the limit with `more` in use, once all free pages are given
/// back; 0 without a limit. Any thread.
size_t bytes_past_limit(size_t more);
/// Free dirty bytes that are kept for reuse: what is missing to the expected heap, at least a
/// constant, but no more than the limit leaves.
size_t page_reserve_bytes();
/// Gives free dirty pages beyond `keep_bytes` back to the kernel, at most so many bytes (rounded up to
/// pages). Returns how many. Any thread; threads take turns.
size_t release_free_pages(size_t keep_bytes, size_t most_bytes = SIZE_MAX);

/// For heap_verify(): checks free runs, their boundary tags and the dirty count; returns the number
/// of free pages. World stopped.
size_t verify_free_pages();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_PAGE_HEAP_H
