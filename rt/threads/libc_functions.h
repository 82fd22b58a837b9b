//===- rt/threads/libc_functions.h - The functions of libc that the runtime wraps ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The originals of functions that the runtime defines for the whole process. (That of pthread_create is
// in os/thread.h.) Not while the world is stopped: the first call may take
// the loader's lock.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_LIBC_FUNCTIONS_H
#define TRICOLOR_RT_THREADS_LIBC_FUNCTIONS_H

#include <pthread.h>
#include <signal.h>

namespace tricolor::rt {

struct LibcFunctions {
  int (*pthread_sigmask)(int, const sigset_t *, sigset_t *);
  int (*sigprocmask)(int, const sigset_t *, sigset_t *);
  int (*sigwait)(const sigset_t *, int *);
  int (*sigwaitinfo)(const sigset_t *, siginfo_t *);
  int (*sigtimedwait)(const sigset_t *, siginfo_t *, const timespec *);
  int (*sigsuspend)(const sigset_t *);
  int (*sigaction)(int, const struct sigaction *, struct sigaction *);
  sighandler_t (*signal)(int, sighandler_t);
  int (*dlclose)(void *);
  void (*pthread_exit)(void *);
  int (*pthread_join)(pthread_t, void **);
  int (*pthread_detach)(pthread_t);
};

// The originals. Any thread. Ends the program if libc does not have them.
const LibcFunctions &libc_functions();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_LIBC_FUNCTIONS_H
