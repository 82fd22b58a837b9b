//===- rt/mark/scan_queue.h - Marked objects on their way into the cache ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A short first-in-first-out queue of grey entries (marker.h) whose objects have been asked for: what the marker scans next. The
// object that waits longest has had most time to arrive.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_SCAN_QUEUE_H
#define TRICOLOR_RT_MARK_SCAN_QUEUE_H

#include <cstdint>

namespace tricolor::rt {

class ScanQueue {
public:
  // Larger: fewer objects go through the buffer because the queue is full when they are met; smaller: fewer lines that are
  // pushed out of the first-level cache before they are scanned.
  static constexpr uint32_t kCapacity = 128;

  uint32_t size() const { return in_ - out_; }
  bool empty() const { return in_ == out_; }
  bool full() const { return size() == kCapacity; }

  // The number of the next one to be pushed, and the entry of a number whose entry has not been popped; modulo 2^32.
  uint32_t end() const { return in_; }
  uintptr_t at(uint32_t number) const { return ring_[number % kCapacity]; }

  void push(uintptr_t entry) { ring_[in_++ % kCapacity] = entry; }
  uintptr_t front() const { return at(out_); }
  uintptr_t pop() { return ring_[out_++ % kCapacity]; }

private:
  static_assert((kCapacity & (kCapacity - 1)) == 0);
  uint32_t in_ = 0, out_ = 0; // modulo 2^32
  uintptr_t ring_[kCapacity];
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_SCAN_QUEUE_H
