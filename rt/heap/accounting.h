//===- rt/heap/accounting.h - What the heap counts ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Counters change when a cache takes a run or gives one back, not per object, so allocation in a
// run counts nothing. They are exact when all caches are flushed (during every collection); in
// between, slots that are reserved but not yet handed out count as allocated: at most a run per
// thread and run index.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_ACCOUNTING_H
#define TRICOLOR_RT_HEAP_ACCOUNTING_H

#include "heap/geometry.h"
#include <atomic>
#include <cstdint>

namespace tricolor::rt {

struct SizeCounters {
  std::atomic<uint64_t> mallocs; // objects ever allocated
  std::atomic<uint64_t> frees;   // objects ever freed, swept or deleted
};

/// All only grow, but for the slots that a flush gives back, and the last three.
struct HeapCounters {
  std::atomic<uint64_t> allocated_bytes;  // ever, objects in their class's size
  std::atomic<uint64_t> freed_bytes;      // ever
  std::atomic<uint64_t> inuse_bytes;      // in pages of spans in use
  std::atomic<uint64_t> free_dirty_bytes; // in free pages not given back to the kernel
  std::atomic<uint64_t> released_bytes;   // ever given back to the kernel
  SizeCounters by_size[size_class_count]; // [0]: large objects
};

HeapCounters &heap_counters();

/// Sums and differences of the above.
uint64_t heap_mallocs();
uint64_t heap_frees();
uint64_t heap_live_objects();
/// Bytes in objects that are allocated (dead ones that are not swept yet included).
uint64_t heap_live_bytes();
/// Bytes in pages of spans in use.
uint64_t heap_inuse_bytes();
/// Bytes that the heap and the runtime's tables hold from the kernel: spans in use, free pages not
/// released, metadata.
uint64_t heap_sys_bytes();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_ACCOUNTING_H
