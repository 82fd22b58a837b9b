//===- rt/os/thread.h - The runtime's own threads -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Markers and the sweeper are system threads: all signals blocked, detached, unknown to the
// registry of mutators. The runtime defines pthread_create for the process, so the one of libc is
// looked up behind it; in a sanitized build that is the sanitizer's, which must see every thread.
// creating_system_thread() tells our own definition, if it is reached all the same, not to register the
// thread.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_THREAD_H
#define TRICOLOR_RT_OS_THREAD_H

#include <pthread.h>

namespace tricolor::rt {

using PthreadCreate = int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

/// pthread_create of libc (or of the sanitizer), whatever this process defines itself. Not while
/// the world is stopped: the first call may take the loader's lock.
PthreadCreate real_pthread_create();

/// Starts a detached thread with all signals blocked. `name` is at most 15 characters. Ends the
/// program with a message if there can be no more threads.
void start_system_thread(const char *name, void (*entry)(void *), void *argument);

/// Whether the calling thread is inside start_system_thread().
bool creating_system_thread();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_THREAD_H
