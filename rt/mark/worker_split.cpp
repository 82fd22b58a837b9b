//===- rt/mark/worker_split.cpp - How many workers of which kind ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/worker_split.h"

#include "mark/worker_pool.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

// One processor in so many marks. Larger: cycles take longer and their goal must be chosen earlier;
// smaller: the mutators feel them more.
constexpr unsigned kProcessorsPerMarker = 4;

} // namespace

WorkerSplit split_workers(unsigned processors, unsigned markers) {
  processors = std::max(processors, 1u);
  unsigned threads = std::min(markers == 0 ? processors : markers, kMostMarkers);
  WorkerSplit split = {};
  split.dedicated = std::min(processors / kProcessorsPerMarker, threads);
  if (split.dedicated < threads)
    split.fractional_permille = processors % kProcessorsPerMarker * 1000 / kProcessorsPerMarker;
  split.idle = threads - split.threads();
  return split;
}

} // namespace tricolor::rt
