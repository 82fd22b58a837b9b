//===- rt/mark/workbuf.h - Buffers of grey objects ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A grey object is marked and not yet scanned. Grey objects live in workbufs: fixed-size stacks of their
// entries (marker.h). A marker works on a workbuf of its own; full ones go to a global list where others
// find them, empty ones to another.
//
// The lists are lock-free stacks. A pop must not be fooled by a head that was popped and pushed again
// in between (ABA), so the head is one 64-bit word with a tag that changes with every exchange: workbufs
// are 2 KiB aligned and user addresses have 47 bits, which leaves 11 low and 16 high bits for the tag.
// Workbufs are never unmapped, so reading a stale `next` is harmless.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_WORKBUF_H
#define TRICOLOR_RT_MARK_WORKBUF_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct Workbuf {
  // Larger: fewer trips to the global lists. Smaller: idle markers find work earlier.
  static constexpr size_t kBytes = 2048;
  static constexpr size_t kCapacity = (kBytes - 2 * sizeof(uint64_t)) / sizeof(uintptr_t);

  std::atomic<Workbuf *> next;
  uint64_t count;
  uintptr_t objects[kCapacity];

  bool full() const { return count == kCapacity; }
  bool empty() const { return count == 0; }
};
static_assert(sizeof(Workbuf) == Workbuf::kBytes);

// A lock-free stack of workbufs. Any thread.
class WorkbufList {
public:
  void push(Workbuf *buffer);
  Workbuf *pop(); // null if empty
  bool empty() const { return address(head_.load(std::memory_order_acquire)) == nullptr; }

private:
  static constexpr uint64_t kLowTagBits = 11;
  static constexpr uint64_t kAddressMask = ((uint64_t{1} << 47) - 1) & ~((uint64_t{1} << 11) - 1);

  static Workbuf *address(uint64_t head) {
    return reinterpret_cast<Workbuf *>(head & kAddressMask);
  }
  static uint64_t retag(uint64_t old_head, Workbuf *buffer);

  alignas(64) std::atomic<uint64_t> head_{0};
};

// The global lists.
struct WorkbufPool {
  WorkbufList full;  // every buffer holds at least one object
  WorkbufList empty; // every buffer holds none

  // An empty buffer from the list or from fresh memory. Ends the program when there is no memory: a
  // cycle that cannot remember a grey object cannot go on.
  Workbuf *take_empty();
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_WORKBUF_H
