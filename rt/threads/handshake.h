//===- rt/threads/handshake.h - Asking each mutator once ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A handshake brings every mutator to run an action once, at a safepoint of its own; nobody waits for
// anybody but the leader, the collector's thread. docs/design/concurrent.md says what handshakes are for.
//
//  1. The leader stores the action, then the epoch, then raises the polls. In this order: who sees the
//     flag, or a new epoch, finds the action.
//  2. A mutator that finds its own number different from the epoch runs the action on itself, in state Runtime
//     with its context published, then stores the epoch: at a poll or an allocation, or in the handler of
//     the stop signal if that found it in external code.
//  3. For a Parked mutator the leader does it: by compare-and-swap the mutator becomes Held, which keeps it from
//     leaving Parked, and afterwards Parked again. A mutator leaves Parked by compare-and-swap, so exactly
//     one of the two happens, and no action runs on a mutator that is out.
//  4. The leader goes through the registry under its lock until it finds nobody whose number is not the epoch. It
//     lets the lock go while it waits; threads that come and go wait while it answers for those that are parked. A thread that comes
//     has the epoch from the start (registry.h); one that goes is not in the list any more.
//  5. It lowers the polls.
//
// Not every place in external code is a safepoint: an external function may have been called by compiled code
// between a barrier's test and its store (safepoint_check.h). There the handler lets the thread go on, and the
// signal is sent again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_HANDSHAKE_H
#define TRICOLOR_RT_THREADS_HANDSHAKE_H

#include "threads/mutator.h"

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

// What is done to each mutator: its thread is in state Runtime at a safepoint and calls it, or the mutator is
// Held. May use locks of the runtime and no others.
using HandshakeAction = void (*)(Mutator &);

// How a handshake went. Times in nanoseconds.
struct HandshakeReport {
  uint64_t nanoseconds = 0; // from the request to the last answer
  uint64_t longest_ns =
      0; // the longest that one mutator's action took, or kept it from leaving Parked
  unsigned mutators = 0;   // that were asked
  unsigned for_parked = 0; // of them, answered by the leader
  unsigned signals = 0;    // sent
};

// Asks each mutator once. By the collector's thread, which is no mutator, or by one that is Parked; one at a
// time, and not while the world is stopped.
HandshakeReport handshake(HandshakeAction action);

// The number of the handshake that is under way, or was last.
uint32_t handshake_epoch();
// Whether the mutator has one to answer. Any thread.
inline bool owes_answer(const Mutator &mutator);
// Answers, unless the place is no safepoint. `self` is the caller's, in state Runtime, its context published.
void answer_handshake(Mutator &self);

// Who ran the action, and when.
enum class AnsweredBy : uint8_t { Itself, Leader };
struct HandshakeAnswer {
  uint32_t epoch;
  pid_t thread;
  AnsweredBy by;
  uint64_t begin_ns, end_ns;
};
// Called with each answer by whoever answered: async-signal-safe. For tests; null by default.
void set_handshake_observer(void (*observer)(const HandshakeAnswer &));

//===--- Implementation -----------------------------------------------------------------------===//

namespace detail {
extern std::atomic<uint32_t> handshake_epoch;
}

inline bool owes_answer(const Mutator &mutator) {
  return mutator.answered.load(std::memory_order_relaxed) !=
         detail::handshake_epoch.load(std::memory_order_seq_cst);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_HANDSHAKE_H
