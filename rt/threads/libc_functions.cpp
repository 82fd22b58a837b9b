//===- rt/threads/libc_functions.cpp - The functions of libc that the runtime wraps -----------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/libc_functions.h"

#include "os/fatal.h"

#include <atomic>
#include <dlfcn.h>

namespace tricolor::rt {

namespace {

enum class Found : uint32_t { No, Yes };

constinit std::atomic<Found> g_found{Found::No};
LibcFunctions g_functions;

template <class Function> void find(Function &function, const char *name) {
  function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  if (!function)
    fatal(LineWriter().str("libc's ").str(name).str(" was not found by dlsym(RTLD_NEXT)"),
          "link dynamically against libc (without -static)");
}

} // namespace

const LibcFunctions &libc_functions() {
  // Two threads that find them at the same time find the same.
  if (g_found.load(std::memory_order_acquire) == Found::No) {
    LibcFunctions functions;
    find(functions.pthread_sigmask, "pthread_sigmask");
    find(functions.sigprocmask, "sigprocmask");
    find(functions.sigwait, "sigwait");
    find(functions.sigwaitinfo, "sigwaitinfo");
    find(functions.sigtimedwait, "sigtimedwait");
    find(functions.sigsuspend, "sigsuspend");
    find(functions.dlclose, "dlclose");
    find(functions.pthread_exit, "pthread_exit");
    find(functions.pthread_join, "pthread_join");
    find(functions.pthread_detach, "pthread_detach");
    g_functions = functions;
    g_found.store(Found::Yes, std::memory_order_release);
  }
  return g_functions;
}

} // namespace tricolor::rt
