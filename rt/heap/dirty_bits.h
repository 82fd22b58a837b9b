//===- rt/heap/dirty_bits.h - Which pages may hold something ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A bit per page of the reserved range. Bits belong to the owner of the page; since neighbours
// share words, words are changed atomically. Pages are named by their number from the base of the
// range.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_DIRTY_BITS_H
#define TRICOLOR_RT_HEAP_DIRTY_BITS_H

#include "os/pages.h"
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class DirtyBits {
public:
  bool initialize(size_t pages) {
    size_t bytes = (pages / 8 + os_page_bytes) & ~(os_page_bytes - 1);
    void *words = reserve_pages(bytes, os_page_bytes);
    // A bit per 8 KiB: committing all of it is a 65536th of the range and touches nothing.
    if (!words || commit_pages(words, bytes) != CommitResult::Done) {
      if (words)
        unmap_pages(words, bytes);
      return false;
    }
    words_ = static_cast<std::atomic<uint64_t> *>(words);
    return true;
  }
  bool test(size_t page) const {
    return words_[page / 64].load(std::memory_order_relaxed) >> (page % 64) & 1;
  }
  void set(size_t first, size_t pages) {
    for_words(first, pages, [](std::atomic<uint64_t> &word, uint64_t mask) {
      word.fetch_or(mask, std::memory_order_relaxed);
    });
  }
  void clear(size_t first, size_t pages) {
    for_words(first, pages, [](std::atomic<uint64_t> &word, uint64_t mask) {
      word.fetch_and(~mask, std::memory_order_relaxed);
    });
  }
  size_t count(size_t first, size_t pages) const {
    size_t n = 0;
    for_words(first, pages, [&](std::atomic<uint64_t> &word, uint64_t mask) {
      n += static_cast<size_t>(std::popcount(word.load(std::memory_order_relaxed) & mask));
    });
    return n;
  }

  /// The last page of [first, first + pages) whose bit is set; there must be one.
  size_t last_set(size_t first, size_t pages) const {
    for (size_t page = first + pages - 1;; page = page / 64 * 64 - 1)
      if (uint64_t word = words_[page / 64].load(std::memory_order_relaxed) << (63 - page % 64))
        return page - static_cast<size_t>(std::countl_zero(word));
  }

private:
  template <class F> void for_words(size_t first, size_t pages, F &&f) const {
    for (size_t page = first, end = first + pages; page < end;) {
      size_t bit = page % 64;
      size_t n = 64 - bit < end - page ? 64 - bit : end - page;
      uint64_t mask = (n == 64 ? ~uint64_t(0) : (uint64_t(1) << n) - 1) << bit;
      f(words_[page / 64], mask);
      page += n;
    }
  }
  std::atomic<uint64_t> *words_ = nullptr;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_DIRTY_BITS_H
