//===- rt/stack/read_section.h - Reading what may be replaced meanwhile -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Readers of published snapshots (signal handlers among them) announce themselves by a counter; a
// writer that has unpublished a snapshot waits until every reader that may have it is gone.
//
//   reader                                    writer (one at a time, under its own lock)
//   1. side = current side                    1. publish the new snapshot
//   2. readers[side] += 1                     2. twice: flip the current side, wait until the
//   counter
//   3. load the snapshot, use it                 of the side that was left is 0
//   4. readers[side] -= 1                     3. free the old snapshot
//
// Why it is safe: a reader that the writer did not see in step 2 incremented its counter after the
// writer had read 0 there, so its load comes after the writer's store (all are seq_cst) and finds
// the new snapshot. Both sides must be seen empty, hence twice: a reader may be delayed between its
// steps 1 and 2 and count itself on the side that is not current.
//
// Why the writer ends: after the flip new readers go to the other side, so the side that is waited
// for only empties (but for delayed ones, each once). A reader must not wait for anything a writer
// may be doing, and readers nest freely.
//
// Readers are async-signal-safe and lock-free.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_READ_SECTION_H
#define TRICOLOR_RT_STACK_READ_SECTION_H

namespace tricolor::rt {

class ReadSection {
public:
  ReadSection();
  ~ReadSection();
  ReadSection(const ReadSection &) = delete;
  ReadSection &operator=(const ReadSection &) = delete;

private:
  unsigned side_;
};

/// Step 2 of the writer. What it unpublished before (with a seq_cst store) is no longer in any read
/// section afterwards. Callers exclude each other; must not be called inside a read section.
void wait_for_readers();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_READ_SECTION_H
