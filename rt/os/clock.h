//===- rt/os/clock.h - Time ---------------------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_CLOCK_H
#define TRICOLOR_RT_OS_CLOCK_H

#include <cstdint>

namespace tricolor::rt {

/// Nanoseconds of a clock that never jumps. Async-signal-safe.
uint64_t now_ns();
/// Nanoseconds of processor time, user and system, that this process has used in all its threads.
uint64_t process_cpu_ns();
/// The same for the calling thread.
uint64_t thread_cpu_ns();
/// The processor's counter of ticks, some 20 ns to read: for what is too short for the clocks. Its frequency is
/// constant, and the same on all processors.
inline uint64_t processor_ticks() { return __builtin_ia32_rdtsc(); }
/// Sleeps about so long; signals may cut it short.
void sleep_ns(uint64_t ns);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_CLOCK_H
