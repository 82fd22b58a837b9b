//===- test/unit/stack/own_stack.h - The calling thread's stack as a StackContext ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_STACK_OWN_STACK_H
#define TRICOLOR_TEST_UNIT_STACK_OWN_STACK_H

#include "stack/stack_context.h"

#include <pthread.h>

namespace tricolor::rt {

/// Everything but the registers. Not in signal handlers.
inline StackContext own_stack_bounds() {
  pthread_attr_t attributes;
  void *low;
  size_t bytes;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &bytes);
  pthread_attr_destroy(&attributes);
  StackContext context = {};
  context.stack_low = reinterpret_cast<uintptr_t>(low);
  context.stack_high = context.stack_low + bytes;
  return context;
}

/// The context of the function that expands it, with all its frames scanned.
#define TRICOLOR_TEST_CONTEXT(context)                                                             \
  StackContext context = own_stack_bounds();                                                       \
  context.place = StopPlace::RuntimeEntry;                                                         \
  capture_registers(&context.registers)

inline uintptr_t own_thread_pointer() {
  uintptr_t value;
  __asm__("movq %%fs:0, %0" : "=r"(value));
  return value;
}

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_UNIT_STACK_OWN_STACK_H
