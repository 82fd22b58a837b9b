//===- rt/threads/summons.cpp - Reaching a mutator --------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/summons.h"

#include "os/clock.h"
#include "os/futex.h"
#include "os/output.h"
#include "threads/poll_pages.h"
#include "threads/stop_signal.h"

#include <tricolor/abi.h>

#include <algorithm>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

// The flags that compiled code tests. Exported.
extern "C"
    __attribute__((visibility("default"))) alignas(8) struct tricolor_control tricolor_control = {
        0, 0};

namespace tricolor::rt {

namespace {

// How long the leader looks on before it sends the first signal, in nanoseconds. Longer: fewer
// signals to threads that would have come to a poll anyway; shorter: a thread in external code holds
// the leader up for less.
constexpr uint64_t kPatience = 20'000;
// The first and the longest interval between two signals to a thread that does not answer.
constexpr uint64_t kFirstInterval = 100'000;
constexpr uint64_t kLongestInterval = 2'000'000;
// After this long the leader says which thread it waits for, once.
constexpr uint64_t kComplaint = 10'000'000'000;

// Counts answers; the leader waits on it.
constinit std::atomic<uint32_t> g_answers{0};
constinit PollPolicy g_poll_policy = PollPolicy::OnRequest;
enum class Polls : uint8_t { Down, Up };
constinit std::atomic<Polls> g_polls{Polls::Down};

void store_poll_flag(uint32_t value) {
  __atomic_store_n(&tricolor_control.poll, value, __ATOMIC_SEQ_CST);
  set_poll_pages(value ? PollPages::Protected : PollPages::Readable);
}

} // namespace

void raise_polls() {
  g_polls.store(Polls::Up, std::memory_order_relaxed);
  if (g_poll_policy == PollPolicy::OnRequest)
    store_poll_flag(1);
}

void lower_polls() {
  g_polls.store(Polls::Down, std::memory_order_relaxed);
  if (g_poll_policy == PollPolicy::OnRequest)
    store_poll_flag(0);
}

void rest_poll_pages() {
  if (g_poll_policy == PollPolicy::OnRequest)
    set_poll_pages(PollPages::Readable);
}

void protect_poll_pages_again() {
  if (g_poll_policy == PollPolicy::OnRequest)
    set_poll_pages(PollPages::Protected);
}

void set_poll_policy(PollPolicy policy) {
  g_poll_policy = policy;
  store_poll_flag(policy == PollPolicy::Always ||
                  g_polls.load(std::memory_order_relaxed) == Polls::Up);
}

void abandon_polls() {
  __atomic_store_n(&tricolor_control.poll, 0, __ATOMIC_SEQ_CST);
  abandon_poll_pages();
}

SignalFate send_stop_signal(const Mutator &mutator) {
  if (syscall(SYS_tgkill, getpid(), mutator.thread_id, kStopSignal) == 0)
    return SignalFate::Sent;
  return errno == ESRCH ? SignalFate::ThreadGone : SignalFate::Sent;
}

void bury(Mutator &mutator) {
  mutator.context.stack_low = mutator.context.stack_high = 0;
  mutator.thread_pointer = 0;
  mutator.state.store(MutatorState::Parked, std::memory_order_seq_cst);
}

SummonsWait::SummonsWait() : begin_ns_(now_ns()), interval_ns_(kFirstInterval) {}

SummonsWait::Step SummonsWait::next() {
  seen_ = g_answers.load(std::memory_order_seq_cst);
  if (now_ns() - begin_ns_ > kPatience)
    return Step::Signal;
  __builtin_ia32_pause();
  return Step::LookAgain;
}

void SummonsWait::sleep() {
  futex_wait(&g_answers, seen_, interval_ns_);
  interval_ns_ = std::min(interval_ns_ * 2, kLongestInterval);
}

bool SummonsWait::is_time_to_complain() {
  if (complaint_ == Complaint::Made || now_ns() - begin_ns_ <= kComplaint)
    return false;
  complaint_ = Complaint::Made;
  return true;
}

void complain_about(const Mutator &mutator) {
  LineWriter line;
  line.str("tricolor: thread ").dec(static_cast<uint64_t>(mutator.thread_id));
  line.str(" has not come to a safepoint for ").dec(kComplaint / 1'000'000'000);
  line.str(" s; has it blocked SIGURG by a direct system call, or is it suspended?\n");
  line.write_to(STDERR_FILENO);
}

void tell_leader() {
  g_answers.fetch_add(1, std::memory_order_seq_cst);
  futex_wake(&g_answers, 1);
}

} // namespace tricolor::rt
