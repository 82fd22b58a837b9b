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
#include "os/output.h"
#include "os/process_mark.h"
#include "stack/modules.h"
#include "threads/gate.h"
#include "threads/poll_pages.h"
#include "threads/registry.h"
#include "threads/stop_signal.h"

#include <algorithm>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// The flags that compiled code tests. Exported.
extern "C"
    __attribute__((visibility("default"))) alignas(8) struct tricolor_control tricolor_control = {
        0, 0};

namespace tricolor::rt {

namespace {

// How long the stopper looks on before it sends the first signal, in nanoseconds. Longer: fewer
// signals to threads that would have come to a poll anyway; shorter: a thread in external code holds
// the stop up for less.
constexpr uint64_t kPatience = 20'000;
// The first and the longest interval between two signals to a thread that does not answer.
constexpr uint64_t kFirstInterval = 100'000;
constexpr uint64_t kLongestInterval = 2'000'000;
// After this long the stopper says which thread it waits for, once.
constexpr uint64_t kComplaint = 10'000'000'000;

// 1 from the request of a stop until the start. Parked mutators wait on it.
constinit std::atomic<uint32_t> g_stopping{0};
// Counts parkings; the stopper waits on it.
constinit std::atomic<uint32_t> g_parkings{0};
constinit PollPolicy g_poll_policy = PollPolicy::OnRequest;

void store_poll_flag(uint32_t value) {
  __atomic_store_n(&tricolor_control.poll, value, __ATOMIC_SEQ_CST);
  set_poll_pages(value ? PollPages::Protected : PollPages::Readable);
}

void announce_parking() {
  g_parkings.fetch_add(1, std::memory_order_seq_cst);
  futex_wake(&g_parkings, 1);
}

// The stop signal's handler: way (b) of the protocol. Runs with all signals blocked.
void stop_signal_arrives(int, siginfo_t *, void *interrupted) {
  Mutator *self = current_mutator_pointer;
  if (!self || !g_stopping.load(std::memory_order_seq_cst) ||
      self->state.load(std::memory_order_relaxed) != MutatorState::Running)
    return;
  int saved_errno = errno;
  RegisterState registers;
  registers_from_ucontext(&registers, interrupted);
  if (!pc_in_managed_code(registers.pc)) {
    self->context.place = StopPlace::Signal;
    self->context.registers = registers;
    self->context.runtime_cfa = 0;
    detail::enter_parked(*self);
    detail::leave_parked(*self, MutatorState::Running);
  }
  errno = saved_errno;
}

enum class SignalFate : uint8_t { Sent, ThreadGone };

SignalFate send_stop_signal(const Mutator &mutator) {
  if (syscall(SYS_tgkill, getpid(), mutator.thread_id, kStopSignal) == 0)
    return SignalFate::Sent;
  return errno == ESRCH ? SignalFate::ThreadGone : SignalFate::Sent;
}

bool is_parked(const Mutator &mutator) {
  return mutator.state.load(std::memory_order_seq_cst) == MutatorState::Parked;
}

void complain(const Mutator &mutator) {
  LineWriter line;
  line.str("tricolor: thread ").dec(static_cast<uint64_t>(mutator.thread_id));
  line.str(" has not come to a safepoint for ").dec(kComplaint / 1'000'000'000);
  line.str(" s; has it blocked SIGURG by a direct system call, or is it suspended?\n");
  line.write_to(STDERR_FILENO);
}

// Waits for one mutator. Sends signals to it and counts them.
void await_parked(Mutator &mutator, unsigned &signals) {
  uint64_t begin = now_ns();
  while (!is_parked(mutator)) {
    if (now_ns() - begin > kPatience)
      break;
    __builtin_ia32_pause();
  }
  uint64_t interval = kFirstInterval;
  bool complained = false;
  for (;;) {
    uint32_t seen = g_parkings.load(std::memory_order_seq_cst);
    if (is_parked(mutator))
      return;
    ++signals;
    if (send_stop_signal(mutator) == SignalFate::ThreadGone) {
      // It ended without the destructor of our key (the destructor rounds were used up by others'
      // keys): it has no frames any more, and its thread_locals were unmapped with its stack.
      mutator.context.stack_low = mutator.context.stack_high = 0;
      mutator.thread_pointer = 0;
      mutator.state.store(MutatorState::Parked, std::memory_order_seq_cst);
      return;
    }
    futex_wait(&g_parkings, seen, interval);
    interval = std::min(interval * 2, kLongestInterval);
    if (!complained && now_ns() - begin > kComplaint) {
      complain(mutator);
      complained = true;
    }
  }
}

// In a copy of the process that began in the middle of a stop: the stopper is not there, and nobody would end it.
void abandon_stop() {
  g_stopping.store(0, std::memory_order_seq_cst);
  __atomic_store_n(&tricolor_control.poll, 0, __ATOMIC_SEQ_CST);
  abandon_poll_pages();
}

} // namespace

namespace detail {

void enter_parked(Mutator &self) {
  self.state.store(MutatorState::Parked, std::memory_order_seq_cst);
  if (g_stopping.load(std::memory_order_seq_cst))
    announce_parking();
}

void leave_parked(Mutator &self, MutatorState to) {
  for (;;) {
    self.state.store(to, std::memory_order_seq_cst);
    bool gated = to == MutatorState::Runtime && gate_stops(self);
    if (!gated && !g_stopping.load(std::memory_order_seq_cst))
      return;
    if (!is_marked_process())
      return abandon_stop();
    self.state.store(MutatorState::Parked, std::memory_order_seq_cst);
    announce_parking();
    while (g_stopping.load(std::memory_order_seq_cst))
      futex_wait(&g_stopping, 1);
    while (gated && gate_stops(self))
      futex_wait(&runtime_gate, 1);
  }
}

} // namespace detail

void world_initialize() {
  mark_process();
  struct sigaction action = {};
  action.sa_sigaction = stop_signal_arrives;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  struct sigaction before = {};
  if (sigaction(kStopSignal, &action, &before) != 0)
    fatal("cannot install the handler of the stop signal (SIGURG)",
          "is the program under a seccomp filter that forbids sigaction?");
  // Two runtimes would not know of each other's threads and roots.
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    fatal("the stop signal (SIGURG) has a handler already, of the program or of a second runtime",
          "one process has one runtime: link the shared objects and the program to libtricolor.so");
}

StopReport stop_the_world(Mutator &self) {
  uint64_t begin = now_ns();
  parked_region(self, [] { registry_lock().lock(); });
  g_stopping.store(1, std::memory_order_seq_cst);
  store_poll_flag(1);
  StopReport report = {0, 0, 0};
  // All are asked before any is waited for: what is awaited first gives the others time to come.
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next) {
    ++report.mutators;
    if (mutator != &self)
      await_parked(*mutator, report.signals);
  }
  report.nanoseconds = now_ns() - begin;
  return report;
}

void start_the_world(Mutator &) {
  if (g_poll_policy == PollPolicy::OnRequest)
    store_poll_flag(0);
  g_stopping.store(0, std::memory_order_seq_cst);
  futex_wake(&g_stopping, futex_everyone);
  registry_lock().unlock();
}

bool world_stopping() { return g_stopping.load(std::memory_order_seq_cst) != 0; }

void park_until_started(Mutator &self) {
  parked_region(self, [] {});
}

void set_poll_policy(PollPolicy policy) {
  g_poll_policy = policy;
  store_poll_flag(policy == PollPolicy::Always || world_stopping());
}

} // namespace tricolor::rt
