//===- test/unit/stack/prompt_signals.h - Tests that the thread sanitizer breaks ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The thread sanitizer delivers a signal when the thread next calls something that it intercepts, not where
// the thread is, and that may be never. A test that interrupts begins with this.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_STACK_PROMPT_SIGNALS_H
#define TRICOLOR_TEST_UNIT_STACK_PROMPT_SIGNALS_H

#if __has_feature(thread_sanitizer)
#define TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS() GTEST_SKIP() << "the thread sanitizer puts signals off"
#else
#define TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS()                                                       \
  do {                                                                                             \
  } while (0)
#endif

#endif // TRICOLOR_TEST_UNIT_STACK_PROMPT_SIGNALS_H
