//===- rt/mark/workbuf.cpp - Buffers of grey objects ------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/workbuf.h"

#include "os/metadata.h"

#include <new>

namespace tricolor::rt {

uint64_t WorkbufList::retag(uint64_t old_head, Workbuf *buffer) {
  // The tag is the bits outside the address: 16 above, 11 below. Adding one to the low part carries
  // into the high part.
  uint64_t low = old_head & ((uint64_t{1} << kLowTagBits) - 1);
  uint64_t high = old_head >> 47;
  uint64_t tag = ((high << kLowTagBits) | low) + 1;
  low = tag & ((uint64_t{1} << kLowTagBits) - 1);
  high = tag >> kLowTagBits;
  return (high << 47) | (reinterpret_cast<uint64_t>(buffer) & kAddressMask) | low;
}

void WorkbufList::push(Workbuf *buffer) {
  uint64_t head = head_.load(std::memory_order_relaxed);
  do {
    buffer->next.store(address(head), std::memory_order_relaxed);
  } while (!head_.compare_exchange_weak(head, retag(head, buffer), std::memory_order_release,
                                        std::memory_order_relaxed));
}

Workbuf *WorkbufList::pop() {
  uint64_t head = head_.load(std::memory_order_acquire);
  while (Workbuf *buffer = address(head)) {
    Workbuf *next = buffer->next.load(std::memory_order_relaxed);
    if (head_.compare_exchange_weak(head, retag(head, next), std::memory_order_acquire,
                                    std::memory_order_acquire))
      return buffer;
  }
  return nullptr;
}

Workbuf *WorkbufPool::take_empty() {
  if (Workbuf *buffer = empty.pop())
    return buffer;
  return new (metadata_allocate(Workbuf::kBytes, Workbuf::kBytes)) Workbuf();
}

} // namespace tricolor::rt
