//===- test/unit/stack/parked_thread.h - A thread stopped by a signal -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_STACK_PARKED_THREAD_H
#define TRICOLOR_TEST_UNIT_STACK_PARKED_THREAD_H

#include "own_stack.h"

#include <atomic>
#include <functional>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

namespace tricolor::rt {

/// Runs a function on a thread of its own. park() stops the thread by SIGUSR1 inside the handler,
/// where it spins until release() or the end of the test.
class ParkableThread {
public:
  explicit ParkableThread(std::function<void()> body) : body_(std::move(body)) {
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, nullptr);
    pthread_create(&thread_, nullptr, run, this);
    while (!started_)
      sched_yield();
  }
  ~ParkableThread() {
    release();
    pthread_join(thread_, nullptr);
  }

  void park() {
    unsigned round = ++requested_;
    pthread_kill(thread_, SIGUSR1);
    while (parked_ != round)
      sched_yield();
  }
  void release() { released_ = requested_.load(); }

  /// Valid while parked.
  const StackContext &context() const { return context_; }
  uintptr_t thread_pointer() const { return thread_pointer_; }

private:
  static inline thread_local ParkableThread *current = nullptr;

  static void *run(void *argument) {
    current = static_cast<ParkableThread *>(argument);
    current->context_ = own_stack_bounds();
    current->thread_pointer_ = own_thread_pointer();
    current->started_ = true;
    current->body_();
    return nullptr;
  }
  static void handle(int, siginfo_t *, void *interrupted) {
    ParkableThread *self = current;
    self->context_.place = StopPlace::Signal;
    registers_from_ucontext(&self->context_.registers, interrupted);
    unsigned round = self->requested_;
    self->parked_ = round;
    while (self->released_ < round)
      sched_yield();
  }

  std::function<void()> body_;
  pthread_t thread_;
  StackContext context_ = {};
  uintptr_t thread_pointer_ = 0;
  std::atomic<bool> started_{false};
  // Rounds of parking: a slow handler must not miss that its round is over.
  std::atomic<unsigned> requested_{0}, parked_{0}, released_{0};
};

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_UNIT_STACK_PARKED_THREAD_H
