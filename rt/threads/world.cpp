//===- rt/threads/world.cpp - Stopping and starting the mutators ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/world.h"

#include "os/clock.h"
#include "os/fatal.h"
#include "os/futex.h"
#include "os/perturb.h"
#include "os/process_mark.h"
#include "os/sanitizer.h"
#include "stack/modules.h"
#include "threads/gate.h"
#include "threads/handshake.h"
#include "threads/libc_functions.h"
#include "threads/registry.h"
#include "threads/stop_signal.h"
#include "threads/summons.h"

#include <errno.h>
#include <signal.h>

namespace tricolor::rt {

namespace {

// 1 from the request of a stop until the start. Parked mutators wait on it.
constinit std::atomic<uint32_t> g_stopping{0};

// Answers a handshake in the handler of the stop signal. Like a RuntimeScope, but nothing nests here.
void answer_in_handler(Mutator &self) {
  RuntimeScope scope(self);
  answer_handshake(self);
}

// In the handler of the stop signal, of a thread in state Running: the next poll is not to be missed.
void insist_on_poll(Mutator &self) {
  if (!owes_answer(self))
    return;
  RuntimeScope scope(self);
  if (owes_answer(self)) // it may have waited at the gate
    protect_poll_pages_again();
}

// Way (b) of the protocol.
void answer_stop_signal(const void *interrupted) {
  Mutator *self = current_mutator_pointer;
  if (!self || self->state.load(std::memory_order_relaxed) != MutatorState::Running)
    return;
  if (!g_stopping.load(std::memory_order_seq_cst) && !owes_answer(*self))
    return;
  int saved_errno = errno;
  RegisterState registers;
  registers_from_ucontext(&registers, interrupted);
  if (!pc_in_managed_code(registers.pc)) {
    self->context.place = StopPlace::Signal;
    self->context.registers = registers;
    self->context.runtime_cfa = 0;
    if (owes_answer(*self)) {
      answer_in_handler(*self);
      insist_on_poll(*self); // if that was not the place for it
    }
    if (g_stopping.load(std::memory_order_seq_cst)) {
      detail::enter_parked(*self);
      detail::leave_parked(*self, MutatorState::Running);
    }
  } else {
    insist_on_poll(*self);
  }
  errno = saved_errno;
}

// The stop signal's handler. Runs with all signals blocked.
TRICOLOR_NOT_INSTRUMENTED void stop_signal_arrives(int signal, siginfo_t *info, void *interrupted) {
  if (interrupts_sanitizer(interrupted))
    return; // the signal will be sent again
  call_signal_body(signal, info, interrupted, answer_stop_signal);
}

// Waits for one mutator. Sends signals to it and counts them.
void await_parked(Mutator &mutator, unsigned &signals) {
  SummonsWait wait;
  for (;;) {
    SummonsWait::Step step = wait.next();
    if (is_parked(mutator))
      return;
    if (step == SummonsWait::Step::LookAgain)
      continue;
    ++signals;
    if (send_stop_signal(mutator) == SignalFate::ThreadGone)
      return bury(mutator);
    if (wait.is_time_to_complain())
      complain_about(mutator);
    wait.sleep();
  }
}

constinit std::atomic<uint64_t> g_stops{0};

// The stop, under the registry's lock.
StopReport stop_all_but(const Mutator *self, uint64_t begin) {
  g_stops.fetch_add(1, std::memory_order_relaxed);
  perturb();
  g_stopping.store(1, std::memory_order_seq_cst);
  raise_polls();
  StopReport report = {0, 0, 0};
  // All are asked before any is waited for: what is awaited first gives the others time to come.
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next) {
    ++report.mutators;
    if (mutator != self)
      await_parked(*mutator, report.signals);
  }
  report.nanoseconds = now_ns() - begin;
  return report;
}

// In a copy of the process that began in the middle of a stop: the stopper is not there, and nobody would end it.
void abandon_stop() {
  g_stopping.store(0, std::memory_order_seq_cst);
  abandon_polls();
}

} // namespace

namespace detail {

void enter_parked(Mutator &self) {
  perturb();
  self.state.store(MutatorState::Parked, std::memory_order_seq_cst);
  if (g_stopping.load(std::memory_order_seq_cst) || owes_answer(self))
    tell_leader();
}

void leave_parked(Mutator &self, MutatorState to) {
  for (;;) {
    perturb();
    MutatorState expected = MutatorState::Parked;
    if (!self.state.compare_exchange_strong(expected, to, std::memory_order_seq_cst)) {
      // Held: for no longer than the leader takes to answer.
      if (!is_marked_process())
        self.state.store(MutatorState::Parked, std::memory_order_seq_cst);
      else
        yield_processor();
      continue;
    }
    bool gated = to == MutatorState::Runtime && gate_stops(self);
    if (!gated && !g_stopping.load(std::memory_order_seq_cst))
      return;
    if (!is_marked_process())
      return abandon_stop();
    self.state.store(MutatorState::Parked, std::memory_order_seq_cst);
    tell_leader();
    while (g_stopping.load(std::memory_order_seq_cst))
      futex_wait(&g_stopping, 1);
    while (gated && gate_stops(self))
      futex_wait(&runtime_gate, 1);
  }
}

bool hold(Mutator &mutator) {
  MutatorState expected = MutatorState::Parked;
  return mutator.state.compare_exchange_strong(expected, MutatorState::Held,
                                               std::memory_order_seq_cst);
}

void let_go(Mutator &mutator) {
  perturb();
  mutator.state.store(MutatorState::Parked, std::memory_order_seq_cst);
}

} // namespace detail

void world_initialize() {
  mark_process();
  struct sigaction action = {};
  action.sa_sigaction = stop_signal_arrives;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  struct sigaction before = {};
  // libc's: the process's own is for handlers of the program.
  if (libc_functions().sigaction(kStopSignal, &action, &before) != 0)
    fatal("cannot install the handler of the stop signal (SIGURG)",
          "is the program under a seccomp filter that forbids sigaction?");
  // Two runtimes would not know of each other's threads and roots.
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    fatal("the stop signal (SIGURG) has a handler already, of the program or of a second runtime",
          "one process has one runtime: link the shared objects and the program to libtricolor.so");
  sanitizer_knows_signal(kStopSignal);
}

StopReport stop_the_world(Mutator &self) {
  uint64_t begin = now_ns();
  parked_region(self, [] { registry_lock().lock(); });
  return stop_all_but(&self, begin);
}

StopReport stop_the_world() {
  uint64_t begin = now_ns();
  registry_lock().lock();
  return stop_all_but(nullptr, begin);
}

void start_the_world() {
  perturb();
  lower_polls();
  g_stopping.store(0, std::memory_order_seq_cst);
  futex_wake(&g_stopping, futex_everyone);
  registry_lock().unlock();
}

uint64_t world_stops() { return g_stops.load(std::memory_order_relaxed); }

bool world_stopping() { return g_stopping.load(std::memory_order_seq_cst) != 0; }

void park_until_started(Mutator &self) {
  parked_region(self, [] {});
}

} // namespace tricolor::rt
