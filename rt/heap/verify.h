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
///
/// World stopped, in any phase of a cycle, and nobody sweeping: the sweep is done, or the background
/// thread, which does not stop with the world, is halted. Caches may be full; their spans may be
/// unswept until the sweep is open, not afterwards. Spans may be empty while they are held and until
/// they are swept again.
void heap_verify();

/// Checks that all spans are swept and no object is marked: so it must be when marking is about to
/// begin, or what is marked would not be scanned. World stopped, or at least nobody allocating black.
void heap_verify_unmarked();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_VERIFY_H
