//===- test/run/signal-waiting.cpp - Threads that wait for every signal -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread that waits for all signals with sigwait is stopped like any other and is not given the stop
// signal; one in sigsuspend that blocks all others is stopped, too.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{limit} %t | FileCheck %s
//
// CHECK: signal-waiting: done
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <csignal>
#include <cstdio>
#include <thread>
#include <unistd.h>

static volatile std::sig_atomic_t woken = 0;

int main() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  signal(SIGUSR1, [](int) { woken = 1; });
  std::thread waits([&] {
    int number = 0;
    sigwait(&all, &number);
    check(number == SIGTERM, "sigwait returned another signal", number);
  });
  std::thread suspended([&] {
    sigset_t others = all;
    sigdelset(&others, SIGUSR1);
    while (!woken)
      sigsuspend(&others);
  });
  usleep(50000);
  for (int i = 0; i < 20; ++i)
    tricolor::collect();
  pthread_kill(waits.native_handle(), SIGTERM);
  pthread_kill(suspended.native_handle(), SIGUSR1);
  waits.join();
  suspended.join();
  std::puts("signal-waiting: done");
  return finish();
}
