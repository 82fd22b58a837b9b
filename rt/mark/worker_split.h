//===- rt/mark/worker_split.h - How many workers of which kind ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Marking beside the mutators takes a quarter of the processors: whole processors by dedicated workers,
// what is left of the quarter by a fractional one. Where processors would stand idle, idle workers use
// them.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_WORKER_SPLIT_H
#define TRICOLOR_RT_MARK_WORKER_SPLIT_H

namespace tricolor::rt {

struct WorkerSplit {
  unsigned dedicated;
  // The part of one processor that the fractional worker takes, in thousandths; 0: there is none.
  unsigned fractional_permille;
  unsigned idle;

  unsigned threads() const { return dedicated + (fractional_permille != 0) + idle; }
  bool operator==(const WorkerSplit &) const = default;
};

// The split for so many processors. `markers` is the option: how many threads there are to be, 0 for one
// per processor. It is the quarter that is served first: more markers than that are idle workers.
WorkerSplit split_workers(unsigned processors, unsigned markers);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_WORKER_SPLIT_H
