//===- rt/collector/safepoint.h - Where a mutator answers ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A safepoint is a moment at which all references of a thread are in places that the collector knows.
// Every call in compiled code is one for the frame that makes it; what this file has is the runtime's
// end of a poll and of an allocation.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_SAFEPOINT_H
#define TRICOLOR_RT_COLLECTOR_SAFEPOINT_H

#include "threads/mutator.h"

namespace tricolor::rt {

// Answers what the poll flag was raised for: runs a handshake's action, parks while a stop is in force, and in stress mode
// collects at every Nth call. `self` is the caller's, in state Runtime, its context published.
void safepoint(Mutator &self);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_SAFEPOINT_H
