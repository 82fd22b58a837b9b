//===- rt/os/futex.h - Sleeping until a word changes --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The kernel's futex, private to the process. Every wait in the runtime is one of these, never a
// pthread primitive, so that nothing here can meet a lock that a parked thread holds.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_FUTEX_H
#define TRICOLOR_RT_OS_FUTEX_H

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

enum class FutexWake : uint8_t { Woken, Timeout };

/// Sleeps while `*word == expected`, at most `timeout_ns` (0: without limit). May return Woken
/// without reason (signals, a value that had already changed): callers test their condition in a
/// loop. Async-signal-safe; errno is kept.
FutexWake futex_wait(std::atomic<uint32_t> *word, uint32_t expected, uint64_t timeout_ns = 0);

/// Wakes at most `count` of the threads that sleep on the word. Async-signal-safe; errno is kept.
void futex_wake(std::atomic<uint32_t> *word, int count);

inline constexpr int futex_everyone = 0x7fffffff;

/// Lets another thread run on this processor.
void yield_processor();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_FUTEX_H
