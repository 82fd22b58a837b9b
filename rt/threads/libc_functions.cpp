//===- rt/threads/libc_functions.cpp - The functions of libc that the runtime wraps -----------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/libc_functions.h"

#include "os/fatal.h"
#include "os/sanitizer.h"

#include <atomic>
#include <dlfcn.h>
#include <errno.h>
#include <threads.h>
#include <time.h>

// The second names that libc.a has for the functions. Null in a dynamically linked program.
#define STATIC_NAME(result, name, ...)                                                             \
  [[gnu::weak, gnu::visibility("hidden")]] result static_##name(__VA_ARGS__) __asm__("__" #name)
extern "C" {
STATIC_NAME(int, pthread_sigmask, int, const sigset_t *, sigset_t *);
STATIC_NAME(int, sigprocmask, int, const sigset_t *, sigset_t *);
STATIC_NAME(int, sigtimedwait, const sigset_t *, siginfo_t *, const timespec *);
STATIC_NAME(int, sigsuspend, const sigset_t *);
STATIC_NAME(int, sigaction, int, const struct sigaction *, struct sigaction *);
STATIC_NAME(sighandler_t, bsd_signal, int, sighandler_t);
STATIC_NAME(int, dlclose, void *);
STATIC_NAME(void, pthread_exit, void *);
STATIC_NAME(int, pthread_join, pthread_t, void **);
STATIC_NAME(int, pthread_detach, pthread_t);
// Declared by <signal.h> as deprecated.
int uses_sigprocmask_and_sigsuspend(int) __asm__("sigpause");
}

namespace {

// What brings these members of libc.a into the program, which weak references do not: functions that
// use them by their second names.
[[gnu::used]] constexpr auto *brings_exit = &thrd_exit;
[[gnu::used]] constexpr auto *brings_join = &thrd_join;
[[gnu::used]] constexpr auto *brings_detach = &thrd_detach;
[[gnu::used]] constexpr auto *brings_masks = &uses_sigprocmask_and_sigsuspend;
[[gnu::used]] constexpr auto *brings_sigtimedwait = &timer_create;
[[gnu::used]] constexpr auto *brings_actions = &ssignal;

} // namespace

namespace tricolor::rt {

namespace {

enum class Found : uint32_t { No, Yes };

constinit std::atomic<Found> g_found{Found::No};
LibcFunctions g_functions;

// Whose function: where a sanitizer is between the runtime and libc, it must see threads and must not see
// signals (os/sanitizer.h).
enum class Whose : uint8_t { Next, Libc };

template <class Function> void find(Function &function, const char *name, Whose whose) {
  function = reinterpret_cast<Function>(
      whose == Whose::Next ? dlsym(RTLD_NEXT, name) : libc_function_behind_sanitizer(name));
  if (!function)
    fatal(LineWriter().str("libc's ").str(name).str(" was not found by dlsym"),
          "link against glibc");
}

int static_sigwait(const sigset_t *set, int *signal) {
  int result;
  do
    result = static_sigtimedwait(set, nullptr, nullptr);
  while (result < 0 && errno == EINTR);
  if (result < 0)
    return errno;
  *signal = result;
  return 0;
}

int static_sigwaitinfo(const sigset_t *set, siginfo_t *info) {
  return static_sigtimedwait(set, info, nullptr);
}

// A program without dlopen has nothing to close.
int close_nothing(void *) { return 0; }

bool in_static_program() { return static_pthread_join != nullptr; }

LibcFunctions static_functions() {
  return {.pthread_sigmask = static_pthread_sigmask,
          .sigprocmask = static_sigprocmask,
          .sigwait = static_sigwait,
          .sigwaitinfo = static_sigwaitinfo,
          .sigtimedwait = static_sigtimedwait,
          .sigsuspend = static_sigsuspend,
          .sigaction = static_sigaction,
          .signal = static_bsd_signal,
          .dlclose = static_dlclose ? static_dlclose : close_nothing,
          .pthread_exit = static_pthread_exit,
          .pthread_join = static_pthread_join,
          .pthread_detach = static_pthread_detach};
}

LibcFunctions next_functions() {
  LibcFunctions functions;
  find(functions.pthread_sigmask, "pthread_sigmask", Whose::Libc);
  find(functions.sigprocmask, "sigprocmask", Whose::Libc);
  find(functions.sigwait, "sigwait", Whose::Libc);
  find(functions.sigwaitinfo, "sigwaitinfo", Whose::Libc);
  find(functions.sigtimedwait, "sigtimedwait", Whose::Libc);
  find(functions.sigsuspend, "sigsuspend", Whose::Libc);
  find(functions.sigaction, "sigaction", Whose::Libc);
  find(functions.signal, "signal", Whose::Libc);
  find(functions.dlclose, "dlclose", Whose::Next);
  find(functions.pthread_exit, "pthread_exit", Whose::Next);
  find(functions.pthread_join, "pthread_join", Whose::Next);
  find(functions.pthread_detach, "pthread_detach", Whose::Next);
  return functions;
}

} // namespace

const LibcFunctions &libc_functions() {
  // Two threads that find them at the same time find the same.
  if (g_found.load(std::memory_order_acquire) == Found::No) {
    g_functions = in_static_program() ? static_functions() : next_functions();
    g_found.store(Found::Yes, std::memory_order_release);
  }
  return g_functions;
}

} // namespace tricolor::rt
