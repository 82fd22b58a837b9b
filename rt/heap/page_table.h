//===- rt/heap/page_table.h - From an address to its span ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One entry per page of the reserved range: a Span, or nothing, or (low bit set, only at the two
// ends of a free run) the page heap's FreeRun. The heap grows from `base` upwards; entries up to
// `grown` bytes are backed by memory. Reading is lock-free and allowed anywhere; entries of a span
// are written by the thread that makes or ends it, those of free runs under the page heap's lock.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_PAGE_TABLE_H
#define TRICOLOR_RT_HEAP_PAGE_TABLE_H

#include "heap/geometry.h"
#include "os/relaxed.h"
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Span;

struct PageTable {
  Relaxed<uintptr_t> base;   // of the reserved range; 0 before heap_initialize()
  Relaxed<size_t> reserved;  // bytes
  std::atomic<size_t> grown; // bytes from base that are committed; only grows
  std::atomic<uintptr_t> *entries;

  static constexpr uintptr_t free_run_tag = 1;

  bool contains(uintptr_t address) const {
    return address - base < grown.load(std::memory_order_acquire);
  }
  std::atomic<uintptr_t> &entry_of(uintptr_t address) const {
    return entries[(address - base) >> page_shift];
  }
  /// The span whose pages include the address, or null. Total.
  Span *span_of(uintptr_t address) const {
    if (!contains(address))
      return nullptr;
    uintptr_t entry = entry_of(address).load(std::memory_order_acquire);
    return entry & free_run_tag ? nullptr : reinterpret_cast<Span *>(entry);
  }
  /// Writes `entry` for every page of [address, address + pages).
  void set(uintptr_t address, size_t pages, uintptr_t entry) {
    std::atomic<uintptr_t> *first = &entry_of(address);
    for (size_t i = 0; i < pages; ++i)
      first[i].store(entry, std::memory_order_release);
  }
};

extern PageTable page_table;

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_PAGE_TABLE_H
