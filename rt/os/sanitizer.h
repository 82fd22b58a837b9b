//===- rt/os/sanitizer.h - What differs in a sanitized runtime ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A sanitizer (TRICOLOR_SANITIZE) defines functions of libc as the runtime does. Its library is linked as
// a shared one, so the order of lookup is: the runtime, the sanitizer, libc. dlsym(RTLD_NEXT) finds the
// sanitizer's, which is right for threads, of which it must know, and wrong for signals: the thread
// sanitizer would put a handler off until the thread next calls something that it intercepts, with the
// registers of the signal's arrival. Signals are therefore libc's, behind the sanitizer's back, and a
// handler must not go on where it has interrupted the sanitizer itself, which may hold locks of its own
// that every instrumented function needs.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_SANITIZER_H
#define TRICOLOR_RT_OS_SANITIZER_H

#include <dlfcn.h>
#include <signal.h>

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TRICOLOR_SANITIZED 1
// For what runs before it is known where a signal has interrupted the thread.
#define TRICOLOR_NOT_INSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#else
#define TRICOLOR_SANITIZED 0
#define TRICOLOR_NOT_INSTRUMENTED
#endif

#if __has_feature(thread_sanitizer)
#define TRICOLOR_THREAD_SANITIZED 1
#else
#define TRICOLOR_THREAD_SANITIZED 0
#endif

namespace tricolor::rt {

inline constexpr bool is_sanitized = TRICOLOR_SANITIZED;
inline constexpr bool is_thread_sanitized = TRICOLOR_THREAD_SANITIZED;

#if TRICOLOR_SANITIZED

/// Finds out where the sanitizer's code is. Once, before the first handler is installed.
void sanitizer_initialize();

/// Whether the signal whose handler has got this context has interrupted the sanitizer. Async-signal-safe.
bool interrupts_sanitizer(const void *ucontext);

/// libc's own function, or null.
void *libc_function_behind_sanitizer(const char *name);

#else

inline void sanitizer_initialize() {}
inline bool interrupts_sanitizer(const void *) { return false; }
inline void *libc_function_behind_sanitizer(const char *name) { return dlsym(RTLD_NEXT, name); }

#endif

// In a function that it has intercepted and that blocks the thread sanitizer takes no notice of atomics, but of
// all other accesses, so in a handler there each lock of the runtime's would be none to it; but not if the handler is
// called by itself. So it is told of the stop signal's handler, and asked to call it.
using SignalBody = void (*)(const void *ucontext);
#if TRICOLOR_THREAD_SANITIZED
/// Once, when the signal's real handler has been installed; it stays installed.
void sanitizer_knows_signal(int signal);
/// What the signal's handler calls for what it does: body(ucontext), once. Not where the signal has interrupted the
/// sanitizer.
void call_signal_body(int signal, siginfo_t *info, void *ucontext, SignalBody body);
#else
inline void sanitizer_knows_signal(int) {}
inline void call_signal_body(int, siginfo_t *, void *ucontext, SignalBody body) { body(ucontext); }
#endif

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_SANITIZER_H
