//===- rt/threads/summons.h - Reaching a mutator ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What a stop and a handshake have in common: how a mutator notices that something is wanted of it. The poll
// flag and the poll pages are seen by managed code, the stop signal interrupts external code. Only one stop or
// handshake is under way at a time; its leader is the caller of all these.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_SUMMONS_H
#define TRICOLOR_RT_THREADS_SUMMONS_H

#include "threads/mutator.h"

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

// Raises the poll flag, then protects the poll pages; and back. What is wanted must be visible before.
void raise_polls();
void lower_polls();

// While polls are raised, a thread that has answered already takes a fault, microseconds, at each trap poll it comes to. That is nothing as long as
// the others are about to answer; but a thread that has no processor may take milliseconds. So a leader that has waited for some
// time makes the pages readable, and then sends signals: when one arrives in compiled code of a thread that still owes, its
// handler protects the pages again, and the thread comes to its poll at once. (In this order: a page made readable behind the signals
// might be behind the handler, too.) Not every signal brings that about: the thread may be in a leaf call, or in the runtime, or have blocked it. So
// they rest in every other round only. And only where answered threads run on: not in a stop.
//
// By the leader, and by the handler of a thread that owes, state Runtime; both while polls are raised.
void rest_poll_pages();
void protect_poll_pages_again();

// Keeps the poll flag raised also when nothing is asked for (stress mode), so that every poll and
// allocation takes its slow path.
enum class PollPolicy : uint8_t { OnRequest, Always };
void set_poll_policy(PollPolicy policy);

// In a copy of the process (os/process_mark.h), where nobody will lower them.
void abandon_polls();

enum class SignalFate : uint8_t { Sent, ThreadGone };

// Sends the stop signal. ThreadGone: the thread ended without the destructor of our key; under the
// registry's lock.
SignalFate send_stop_signal(const Mutator &mutator);

// A mutator whose thread is gone has no frames any more, and its thread_locals were unmapped with its stack:
// makes it an empty one, parked for ever.
void bury(Mutator &mutator);

// How a leader waits for answers: at first it looks on, then it sends signals at growing intervals, and sleeps
// in between until somebody has answered.
class SummonsWait {
public:
  SummonsWait();

  enum class Step : uint8_t {
    LookAgain, // look whether all have answered
    Signal,    // send signals to those who have not, then sleep()
  };
  Step next();
  // Sleeps until tell_leader() has been called since the last next(), at most for the interval.
  void sleep();
  // True once, when the leader has waited for so long that the user should know for whom.
  bool is_time_to_complain();

private:
  uint64_t begin_ns_;
  uint64_t interval_ns_;
  uint32_t seen_ = 0;
  enum class Complaint : uint8_t { Due, Made } complaint_ = Complaint::Due;
};

// Writes to standard error which thread has not answered.
void complain_about(const Mutator &mutator);

// Wakes the leader: the caller has answered, or parked.
void tell_leader();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_SUMMONS_H
