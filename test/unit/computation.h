//===- test/unit/computation.h - What a thread does that computes -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread that only counts in atomics is, under the thread sanitizer, nearly always in the sanitizer's code, where the
// stop signal leaves it alone (os/sanitizer.h): on a busy machine it would be stopped after seconds.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_COMPUTATION_H
#define TRICOLOR_TEST_UNIT_COMPUTATION_H

namespace tricolor::rt {

// About a microsecond of the thread's own code, without an access to memory.
inline void compute_a_little() {
  for (unsigned i = 0; i < 3000; ++i)
    __asm__ volatile("");
}

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_UNIT_COMPUTATION_H
