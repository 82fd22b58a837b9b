//===- rt/os/lock.cpp - The runtime's mutual exclusion ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/lock.h"
#include "os/futex.h"

namespace tricolor::rt {

// Critical sections here are short: a few tries before sleeping save most of the sleeps when there
// are several processors; more tries waste time when the holder is not running.
static constexpr int tries_before_sleep = 64;

void Mutex::lock_slow() {
  for (int i = 0; i < tries_before_sleep; ++i) {
    if (state_.load(std::memory_order_relaxed) == Free && try_lock())
      return;
    __builtin_ia32_pause();
  }
  // From here on the state says that somebody may sleep: whoever unlocks has to wake one. A thread
  // that comes out of the sleep takes the lock in the same state, since it cannot know whether it
  // was the last.
  while (state_.exchange(HeldWithSleepers, std::memory_order_acquire) != Free)
    futex_wait(&state_, HeldWithSleepers);
}

void Mutex::wake_one() { futex_wake(&state_, 1); }

} // namespace tricolor::rt
