//===- rt/heap/inline_runs.h - The runs that compiled code takes slots from ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Compiled code allocates an object of a size that it knows by itself, if its thread has a free slot for it
// (struct tricolor_run in abi.h; when it may, threads/current_mutator.h). Where in a ThreadCache the run is, it reads in the
// type's descriptor, and for noscan memory in a table by size.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_INLINE_RUNS_H
#define TRICOLOR_RT_HEAP_INLINE_RUNS_H

#include "heap/type_info.h"

#include <cstdint>

namespace tricolor::rt {

/// Where a ThreadCache keeps the run for single objects of the type, in bytes from its first one; 0, where no
/// run ever has slots, if more must be done for each object than to take a slot.
uint32_t inline_run_offset(const TypeInfo &type);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_INLINE_RUNS_H
