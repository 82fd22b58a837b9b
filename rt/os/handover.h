//===- rt/os/handover.h - Objects that the program hands from thread to thread ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A program that gives an object to another thread orders what it does with it, by atomics for example, which
// the thread sanitizer does not see: the program is not instrumented. What the runtime does to the object on both
// threads would be a race to it. So the runtime says where the program gets the object, and where it gives the object
// to the runtime.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_HANDOVER_H
#define TRICOLOR_RT_OS_HANDOVER_H

#include "os/sanitizer.h"

#if TRICOLOR_THREAD_SANITIZED
extern "C" void __tsan_acquire(void *address);
extern "C" void __tsan_release(void *address);
#endif

namespace tricolor::rt {

// What the thread has done is ordered before what follows a program_gives() of the same address. The address stands
// for the object; no atomic that orders anything else may be there.
#if TRICOLOR_THREAD_SANITIZED
inline void program_gets(const void *object) { __tsan_release(const_cast<void *>(object)); }
inline void program_gives(const void *object) { __tsan_acquire(const_cast<void *>(object)); }
#else
inline void program_gets(const void *) {}
inline void program_gives(const void *) {}
#endif

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_HANDOVER_H
