//===- rt/threads/blocking.cpp - Regions of external code that nobody need stop ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/blocking.h"

#include "threads/current_mutator.h"
#include "threads/libc_functions.h"
#include "threads/world.h"

#include <signal.h>

namespace tricolor::rt {

namespace {
constinit thread_local Mutator *t_blocking = nullptr;
} // namespace

namespace {

// No handler of the program runs while the thread is neither in a region nor out of it: it would be taken for a
// thread that is not attached.
class NoHandlers {
public:
  NoHandlers() {
    sigset_t all;
    sigfillset(&all);
    libc_functions().pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoHandlers() { libc_functions().pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoHandlers(const NoHandlers &) = delete;
  NoHandlers &operator=(const NoHandlers &) = delete;

private:
  sigset_t before_;
};

} // namespace

void begin_blocking(Mutator &self) {
  NoHandlers none;
  t_blocking = &self;
  set_current_mutator(nullptr);
  detail::enter_parked(self);
}

bool is_blocking() { return t_blocking != nullptr; }

Mutator *leave_blocking() {
  Mutator *self = t_blocking;
  if (!self)
    return nullptr;
  NoHandlers none;
  t_blocking = nullptr;
  // Out of Parked first: what the stop signal finds by the pointer may be answered by its handler.
  detail::leave_parked(*self, MutatorState::Running);
  set_current_mutator(self);
  return self;
}

} // namespace tricolor::rt
