//===- rt/os/metadata.cpp - Memory for the runtime's own structures -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/metadata.h"
#include "os/fatal.h"
#include "os/lock.h"
#include "os/pages.h"
#include "os/relaxed.h"
#include <atomic>
#include <bit>

namespace tricolor::rt {

namespace {

constexpr size_t smallest_block = 16;
// What is mapped at once for small blocks. Larger: fewer system calls; smaller: less is left over
// in a small program.
constexpr size_t chunk_bytes = size_t{1024} * 1024;
static_assert(chunk_bytes >= metadata_stable_bytes + os_page_bytes);

/// Blocks are read by lock-free readers that hold a stale pointer, so they are linked and zeroed
/// with atomic stores.
struct FreeBlock {
  Relaxed<FreeBlock *> next;
};

void zero_words(void *block, size_t bytes) {
  auto *words = static_cast<uint64_t *>(block);
  for (size_t i = 0; i < bytes / 8; ++i)
    __atomic_store_n(words + i, 0, __ATOMIC_RELAXED);
}

struct Metadata {
  Mutex mutex;
  // free_blocks[i]: blocks of smallest_block << i bytes.
  FreeBlock *free_blocks[32] = {};
  uintptr_t bump = 0, bump_end = 0;
  std::atomic<size_t> mapped{0};
};
constinit Metadata metadata;

struct BlockSize {
  size_t bytes;
  unsigned list;
};

/// Blocks are powers of two, at least as large as their alignment.
BlockSize block_size(size_t bytes, size_t align) {
  size_t n = std::bit_ceil(bytes > align ? bytes : align);
  if (n < smallest_block)
    n = smallest_block;
  return {n, static_cast<unsigned>(std::countr_zero(n) - std::countr_zero(smallest_block))};
}

size_t whole_pages(size_t bytes) { return (bytes + os_page_bytes - 1) & ~(os_page_bytes - 1); }

/// Zeroed block behind the bump pointer, aligned to its size up to a page. Lock held.
void *bump_block(size_t bytes) {
  size_t align = bytes < os_page_bytes ? bytes : os_page_bytes;
  uintptr_t block = (metadata.bump + align - 1) & ~(align - 1);
  if (block + bytes > metadata.bump_end || metadata.bump == 0) {
    void *chunk = map_pages(chunk_bytes);
    if (!chunk)
      return nullptr;
    metadata.mapped.fetch_add(chunk_bytes, std::memory_order_relaxed);
    block = reinterpret_cast<uintptr_t>(chunk);
    metadata.bump_end = block + chunk_bytes;
  }
  metadata.bump = block + bytes;
  return reinterpret_cast<void *>(block);
}

} // namespace

void *metadata_try_allocate(size_t bytes, size_t align) {
  TRICOLOR_CHECK(std::has_single_bit(align) && align <= os_page_bytes);
  if (bytes > SIZE_MAX / 4)
    return nullptr;
  BlockSize size = block_size(bytes, align);
  if (size.bytes > metadata_stable_bytes) {
    void *block = map_pages(whole_pages(bytes));
    if (block)
      metadata.mapped.fetch_add(whole_pages(bytes), std::memory_order_relaxed);
    return block;
  }
  FreeBlock *block;
  {
    LockGuard guard(metadata.mutex);
    block = metadata.free_blocks[size.list];
    if (!block)
      return bump_block(size.bytes);
    metadata.free_blocks[size.list] = block->next;
  }
  zero_words(block, size.bytes);
  return block;
}

void *metadata_allocate(size_t bytes, size_t align) {
  void *block = metadata_try_allocate(bytes, align);
  if (!block)
    fatal(LineWriter().str("no memory for ").dec(bytes).str(" bytes of the collector's own tables"),
          "raise the memory limit of the process (ulimit -v, the container's limit)");
  return block;
}

void metadata_free(void *block, size_t bytes, size_t align) {
  if (!block)
    return;
  BlockSize size = block_size(bytes, align);
  if (size.bytes > metadata_stable_bytes) {
    unmap_pages(block, whole_pages(bytes));
    metadata.mapped.fetch_sub(whole_pages(bytes), std::memory_order_relaxed);
    return;
  }
  auto *free_block = static_cast<FreeBlock *>(block);
  LockGuard guard(metadata.mutex);
  free_block->next = metadata.free_blocks[size.list];
  metadata.free_blocks[size.list] = free_block;
}

size_t metadata_bytes() { return metadata.mapped.load(std::memory_order_relaxed); }

} // namespace tricolor::rt
