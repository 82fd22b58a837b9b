//===- rt/mark/marking_loop.h - The inner loop of marking ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Marker::drain, as a template of the filter that it reads objects with and of how it sets mark bits. Each round takes some objects
// from the buffer, if few are on their way; scans those that have been on their way for longest, until a batch of words has come
// together; and moves the words on by a step, which marks the objects of those that have been on their way for longest.
//
// Included once for each instruction set, by a file that says which: TRICOLOR_LOOP_TARGET is the attribute that the loop gets. What is
// inlined into it is compiled for that set, too; nothing else is, so that no function is there twice, for two sets.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_MARKING_LOOP_H
#define TRICOLOR_RT_MARK_MARKING_LOOP_H

#include "heap/scan_mask.h"
#include "mark/marker.h"

namespace tricolor::rt {

template <class Filter, MarkStore Store> TRICOLOR_LOOP_TARGET void Marker::drain_by() {
  while (!stopped_) {
    refill();
    if (stopped_)
      return;
    uint32_t waiting = scans_.size();
    bool few = waiting <= kScanAhead;
    if (few && !queue_.empty()) {
      advance_by<Store>();
      continue;
    }
    if (waiting == 0) {
      if (!buffer_ || buffer_->empty())
        return;
      continue; // refill() has dealt with a part that had no pointers
    }
    HeapRange range = HeapRange::now();
    uint64_t bytes = 0;
    uint32_t left = few ? waiting : waiting - kScanAhead;
    left = left < kScanAtOnce ? left : kScanAtOnce;
    for (; left != 0 && !queue_.full(); --left) {
      uintptr_t entry = scans_.front();
      uint8_t number = GreyEntry::mask_of(entry);
      if (number == layout_decides) [[unlikely]] {
        if (bytes != 0)
          break; // which count for the limit that is looked at in there
        scans_.pop();
        scan_by_layout(entry);
        if (stopped_)
          break;
        continue;
      }
      scans_.pop();
      const ScanMask &mask = scan_masks[number];
      auto *words = reinterpret_cast<const uintptr_t *>(GreyEntry::object_of(entry));
      queue_.entered(Filter::copy(words, mask.words, range, queue_.place()));
      bytes += mask.bytes.load(std::memory_order_relaxed);
    }
    counts.scanned_bytes += bytes;
    if (queue_.full())
      advance_by<Store>();
    spend(bytes / sizeof(uintptr_t));
  }
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_MARKING_LOOP_H
