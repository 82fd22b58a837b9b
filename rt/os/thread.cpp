//===- rt/os/thread.cpp - The runtime's own threads ---------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/thread.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <dlfcn.h>
#include <sys/prctl.h>
#include <threads.h>

// In a static program there is no next image to look into, but libc.a has a second name for each function.
// thrd_create needs it: that is what brings the member of libc.a in, which a weak reference does not do.
extern "C" [[gnu::weak, gnu::visibility("hidden")]] int
static_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *),
                      void *) __asm__("__pthread_create");
[[gnu::used]] static int (*const brings_static_pthread_create)(thrd_t *, thrd_start_t,
                                                               void *) = thrd_create;

namespace tricolor::rt {

PthreadCreate real_pthread_create() {
  static constinit std::atomic<PthreadCreate> cached{nullptr};
  PthreadCreate create = cached.load(std::memory_order_acquire);
  if (!create && static_pthread_create)
    return static_pthread_create;
  if (!create) {
    create = reinterpret_cast<PthreadCreate>(dlsym(RTLD_NEXT, "pthread_create"));
    if (!create)
      create = &pthread_create; // nobody behind us: this one is libc's
    cached.store(create, std::memory_order_release);
  }
  return create;
}

namespace {

// For how long a thread is tried to be made. Longer: it takes longer until a program that has reached a
// limit says so; shorter: a program ends that another thread is about to replace by exec, from a slow disk.
constexpr uint64_t kPatience = 2'000'000'000;
// Between two tries.
constexpr uint64_t kInterval = 200'000;

constinit thread_local bool creating = false;

struct Start {
  void (*entry)(void *);
  void *argument;
  char name[16];
};

void *run_thread(void *argument) {
  // Not freed: a fork does not know of this thread, and the child would find the metadata's lock taken.
  Start start = *static_cast<Start *>(argument);
  prctl(PR_SET_NAME, start.name);
  start.entry(start.argument);
  return nullptr;
}

} // namespace

bool creating_system_thread() { return creating; }

void start_system_thread(const char *name, void (*entry)(void *), void *argument) {
  auto *start = static_cast<Start *>(metadata_allocate(sizeof(Start)));
  start->entry = entry;
  start->argument = argument;
  std::strncpy(start->name, name, sizeof start->name - 1);

  PthreadCreate create = real_pthread_create();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // The new thread inherits the mask, so no signal can reach it even at its first instruction.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  creating = true;
  pthread_t thread;
  int error;
  // The kernel has no new thread for a process of which one is in exec, and says the same as when a limit
  // is reached. If the exec succeeds, this thread is gone.
  for (uint64_t begin = now_ns();; sleep_ns(kInterval)) {
    error = create(&thread, &attributes, run_thread, start);
    if (error != EAGAIN || now_ns() - begin > kPatience)
      break;
  }
  creating = false;
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0)
    fatal(LineWriter()
              .str("cannot start the thread ")
              .str(name)
              .str(": error ")
              .dec(static_cast<uint64_t>(error)),
          "raise the limit on threads or memory (ulimit -u, ulimit -v, the container's limits)");
}

} // namespace tricolor::rt
