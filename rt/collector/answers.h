//===- rt/collector/answers.h - What mutators answer --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The actions of the handshakes of a concurrent cycle (docs/design/concurrent.md), and what is done to threads that
// come and go meanwhile. Each action runs on one mutator, whose thread is at a safepoint or Held.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_ANSWERS_H
#define TRICOLOR_RT_COLLECTOR_ANSWERS_H

#include "threads/mutator.h"

#include <cstdint>

namespace tricolor::rt {

// Nothing: that the mutator has come to a safepoint is the answer.
void acknowledge(Mutator &mutator);
// Logs the words of the stack, the thread_locals and what the thread hands over; black from here on.
void scan(Mutator &mutator);
// Logs the same words, and changes nothing: before the scan what others may read of them, after it what has come since.
void snapshot(Mutator &mutator);
// Gives up the barrier buffer.
void flush(Mutator &mutator);
// Throws the barrier buffer away: what it remembers is marked.
void discard(Mutator &mutator);
// Gives the cache back; white from here on.
void release_cache(Mutator &mutator);

// From before the first scan() to before the first release_cache(): threads that come allocate black in spans
// of this generation. 0: white. Under the registry's lock, under which they come.
void set_newcomers_colour(uint32_t generation);

// What the scans of this cycle did, and resets it.
struct ScanCounts {
  uint64_t frames, precise_frames, stack_bytes;
};
ScanCounts take_scan_counts();

// Tells the registry what to do with threads that come and go. Called once, by initialization.
void answers_initialize();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_ANSWERS_H
