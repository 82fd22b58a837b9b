//===- rt/threads/signal_masks.cpp - What a thread may block ----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The process's pthread_sigmask and sigprocmask: those of libc, but the stop signal and SIGSEGV are never
// blocked by them (stop_signal.h, poll_trap.h). A caller that asks for the old mask gets the true one. sigsuspend does not block
// it either, and the sigwait family does not wait for it: it would take a stop signal from its handler.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/libc_functions.h"
#include "threads/stop_signal.h"
#include "threads/wrappers.h"

namespace tricolor::rt {

namespace {

// What to block instead of `set`.
const sigset_t *without_stop_signal(int how, const sigset_t *set, sigset_t &copy) {
  if (!set || how == SIG_UNBLOCK)
    return set;
  copy = *set;
  sigdelset(&copy, kStopSignal);
  return &copy;
}

// The same, without SIGSEGV too, by which trap polls answer (poll_trap.h).
const sigset_t *blockable(int how, const sigset_t *set, sigset_t &copy) {
  set = without_stop_signal(how, set, copy);
  if (set == &copy)
    sigdelset(&copy, SIGSEGV);
  return set;
}

} // namespace

void wrap_signal_masks() { libc_functions(); }

} // namespace tricolor::rt

using namespace tricolor::rt;

extern "C" {

__attribute__((visibility("default"))) int pthread_sigmask(int how, const sigset_t *set,
                                                           sigset_t *old) noexcept {
  sigset_t copy;
  return libc_functions().pthread_sigmask(how, blockable(how, set, copy), old);
}

__attribute__((visibility("default"))) int sigprocmask(int how, const sigset_t *set,
                                                       sigset_t *old) noexcept {
  sigset_t copy;
  return libc_functions().sigprocmask(how, blockable(how, set, copy), old);
}

__attribute__((visibility("default"))) int sigwait(const sigset_t *set, int *signal) {
  sigset_t copy;
  return libc_functions().sigwait(without_stop_signal(SIG_BLOCK, set, copy), signal);
}

__attribute__((visibility("default"))) int sigwaitinfo(const sigset_t *set, siginfo_t *info) {
  sigset_t copy;
  return libc_functions().sigwaitinfo(without_stop_signal(SIG_BLOCK, set, copy), info);
}

__attribute__((visibility("default"))) int sigtimedwait(const sigset_t *set, siginfo_t *info,
                                                        const timespec *timeout) {
  sigset_t copy;
  return libc_functions().sigtimedwait(without_stop_signal(SIG_BLOCK, set, copy), info, timeout);
}

__attribute__((visibility("default"))) int sigsuspend(const sigset_t *mask) {
  sigset_t copy;
  return libc_functions().sigsuspend(blockable(SIG_SETMASK, mask, copy));
}

} // extern "C"
