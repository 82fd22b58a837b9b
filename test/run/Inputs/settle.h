//===- test/run/Inputs/settle.h - Waiting for finalizers ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// settle() collects until everything that was dead has been finalized, destroyed and freed. What
// chains of finalizers and destructors bring takes several cycles.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SETTLE_H
#define TRICOLOR_TEST_SETTLE_H

#include "node.h"

[[gnu::noinline]] inline void settle() {
  disturb(); // other objects in the registers and slots where the test's pointers were
  for (int i = 0; i < 3; ++i) {
    tricolor::collect();
    tricolor::run_finalizers();
  }
}

#endif // TRICOLOR_TEST_SETTLE_H
