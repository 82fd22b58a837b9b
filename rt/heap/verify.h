//===- rt/heap/verify.h - Checking the heap's invariants ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_VERIFY_H
#define TRICOLOR_RT_HEAP_VERIFY_H

namespace tricolor::rt {

/// Checks every invariant of spans, page table, free pages, central lists, bits and counters, with
/// poison also the contents of free memory; ends the program with a message that names the span.
/// World stopped, and no sweep under way (the background thread does not stop with the world):
/// between sweep_finish() and sweep_begin(). Caches may be full.
void heap_verify();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_VERIFY_H
