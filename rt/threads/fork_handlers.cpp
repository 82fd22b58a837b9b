//===- rt/threads/fork_handlers.cpp - What is called around fork ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/fork_handlers.h"

#include "os/sanitizer.h"

#include <pthread.h>
#include <sys/types.h>

#if TRICOLOR_SANITIZED

namespace tricolor::rt {

namespace {

constinit ForkHandlers g_handlers = {nullptr, nullptr, nullptr};
constinit pid_t (*g_fork)() = nullptr;

pid_t (*next_fork())() { return reinterpret_cast<pid_t (*)()>(dlsym(RTLD_NEXT, "fork")); }

} // namespace

int add_fork_handlers(const ForkHandlers &handlers) {
  g_fork = next_fork();
  g_handlers = handlers;
  return 0;
}

} // namespace tricolor::rt

extern "C" __attribute__((visibility("default"))) pid_t fork() noexcept {
  using namespace tricolor::rt;
  if (!g_fork) // nothing is initialized yet
    return next_fork()();
  g_handlers.before();
  pid_t process = g_fork();
  (process == 0 ? g_handlers.in_child : g_handlers.in_parent)();
  return process;
}

// The thread sanitizer's vfork is its fork.
extern "C" __attribute__((visibility("default"))) pid_t vfork() noexcept { return fork(); }

#else

int tricolor::rt::add_fork_handlers(const ForkHandlers &handlers) {
  return pthread_atfork(handlers.before, handlers.in_parent, handlers.in_child);
}

#endif
