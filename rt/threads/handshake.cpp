//===- rt/threads/handshake.cpp - Asking each mutator once ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/handshake.h"

#include "os/clock.h"
#include "os/perturb.h"
#include "os/relaxed.h"
#include "threads/hold_times.h"
#include "threads/registry.h"
#include "threads/safepoint_check.h"
#include "threads/summons.h"
#include "threads/world.h"

#include <algorithm>

namespace tricolor::rt {

namespace detail {
constinit std::atomic<uint32_t> handshake_epoch{0};
}

namespace {

constinit std::atomic<HandshakeAction> g_action{nullptr};
constinit std::atomic<void (*)(const HandshakeAnswer &)> g_observer{nullptr};
// In a handler that has interrupted compiled code, how many polls are not looked at after one that was. More: the
// thread answers later when the handler is over; fewer: a handler with many polls takes longer, perhaps
// until the next signal.
constexpr uint32_t kSkippedPolls = 63;

// The longest action of this handshake.
constinit std::atomic<uint64_t> g_longest{0};

void run_action(Mutator &mutator, AnsweredBy by) {
  uint32_t epoch = detail::handshake_epoch.load(std::memory_order_seq_cst);
  uint64_t begin = now_ns();
  g_action.load(std::memory_order_acquire)(mutator);
  uint64_t end = now_ns();
  raise_to(g_longest, end - begin);
  count_hold(end - begin);
  if (auto *observer = g_observer.load(std::memory_order_acquire))
    observer({epoch, mutator.thread_id, by, begin, end});
  perturb();
  mutator.answered.store(epoch, std::memory_order_seq_cst);
}

enum class Look : uint8_t { Answered, Answering };

// Looks at one mutator and answers for it if it is parked.
Look look_at(Mutator &mutator, HandshakeReport &report) {
  if (!owes_answer(mutator))
    return Look::Answered;
  if (!detail::hold(mutator))
    return Look::Answering;
  run_action(mutator, AnsweredBy::Leader);
  detail::let_go(mutator);
  ++report.for_parked;
  return Look::Answered;
}

// Goes through the registry. Returns the number of mutators that have not answered.
unsigned look_at_all(HandshakeReport &report) {
  LockGuard guard(registry_lock());
  unsigned owing = 0;
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    owing += look_at(*mutator, report) == Look::Answering;
  return owing;
}

void signal_all(HandshakeReport &report, bool complain) {
  LockGuard guard(registry_lock());
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next) {
    // Who has parked meanwhile is answered for at the next look; no system call is interrupted.
    if (!owes_answer(*mutator) || is_parked(*mutator))
      continue;
    if (complain)
      complain_about(*mutator);
    ++report.signals;
    if (send_stop_signal(*mutator) == SignalFate::ThreadGone)
      bury(*mutator);
  }
}

} // namespace

uint32_t handshake_epoch() { return detail::handshake_epoch.load(std::memory_order_seq_cst); }

HandshakeReport handshake(HandshakeAction action) {
  HandshakeReport report;
  uint64_t begin = now_ns();
  g_longest.store(0, std::memory_order_relaxed);
  g_action.store(action, std::memory_order_release);
  {
    // Under the lock: a thread that comes has this epoch or is in the list.
    LockGuard guard(registry_lock());
    perturb();
    detail::handshake_epoch.fetch_add(1, std::memory_order_seq_cst);
    report.mutators = static_cast<unsigned>(mutator_count());
  }
  perturb();
  raise_polls();
  SummonsWait wait;
  for (unsigned round = 0;;) {
    SummonsWait::Step step = wait.next();
    if (look_at_all(report) == 0)
      break;
    if (step == SummonsWait::Step::LookAgain)
      continue;
    // In every other round: a signal may find its thread where it cannot protect the pages again, or be blocked.
    if (report.mutators > 1)
      round++ % 2 == 0 ? rest_poll_pages() : protect_poll_pages_again();
    signal_all(report, wait.is_time_to_complain());
    wait.sleep();
  }
  lower_polls();
  report.longest_ns = g_longest.load(std::memory_order_relaxed);
  report.nanoseconds = now_ns() - begin;
  return report;
}

void answer_handshake(Mutator &self) {
  // A signal comes seldom, and is looked at each time.
  bool polls = self.context.place != StopPlace::Signal;
  if (polls && self.polls_to_skip != 0) {
    --self.polls_to_skip;
    return;
  }
  switch (place_kind(self.context)) {
  case PlaceKind::Safepoint:
    break;
  case PlaceKind::LeafCall:
    return;
  case PlaceKind::InHandler:
    if (polls)
      self.polls_to_skip = kSkippedPolls;
    return;
  }
  perturb();
  run_action(self, AnsweredBy::Itself);
  tell_leader();
}

void set_handshake_observer(void (*observer)(const HandshakeAnswer &)) {
  g_observer.store(observer, std::memory_order_release);
}

} // namespace tricolor::rt
