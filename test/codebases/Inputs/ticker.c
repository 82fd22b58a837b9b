/*===- test/codebases/Inputs/ticker.c - Collections at any moment -----------------------------===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===------------------------------------------------------------------------------------------===*/
/*
 * Preloaded into a code base's programs: a thread that asks for a collection every TICKER_MICROSECONDS.
 * Each one stops the program where it happens to be, as a cycle that another thread needs would: poll
 * pages are protected, threads fault at their next poll or get the stop signal in libraries.
 *
 * `stress` makes each trap poll fault, at about 2 us of processor time; a program that passes a thousand
 * million polls would take an hour. It counts, and so is repeatable. This is not.
 *
 * A program without the runtime is left alone. A child of fork has its own thread; one of vfork has none.
 */

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

__attribute__((weak)) void tricolor_collect(void);

static struct timespec pause_time;

static void *tick(void *nothing) {
  for (;;) {
    clock_nanosleep(CLOCK_MONOTONIC, 0, &pause_time, NULL);
    tricolor_collect();
  }
  return nothing;
}

/* With all signals blocked: the program's own must come to the program's threads. The runtime keeps the
 * signals that it needs out of the mask. */
static void start(void) {
  sigset_t all, before;
  pthread_t thread;
  pthread_attr_t detached;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_create(&thread, &detached, tick, NULL);
  pthread_attr_destroy(&detached);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

__attribute__((constructor)) static void begin(void) {
  const char *microseconds = getenv("TICKER_MICROSECONDS");
  if (!tricolor_collect || !microseconds)
    return;
  long interval = atol(microseconds);
  pause_time.tv_sec = interval / 1000000;
  pause_time.tv_nsec = interval % 1000000 * 1000;
  /* First the thread: it initializes the runtime, whose handlers of fork must run before this one. */
  start();
  pthread_atfork(NULL, NULL, start);
}
