//===- rt/collector/assist.h - Mutators that help marking ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While marking is under way, allocation makes debt: so many bytes of marking for each byte (pacer.h). A thread pays
// when it asks for the next run of slots or a large object, in this order:
//
//  1. From what background workers have earned.
//  2. By marking, in slices, a little more than it owes, so that it need not come again at once.
//  3. By waiting, parked, in a queue: there was nothing to mark at the moment, because others are at it. What workers
//     earn from then on goes to the queue's head first, so small debts are not overtaken by large ones.
//
// No stall is longer than 200 us, marking and waiting together: what is left then is owed at the next refill. A large
// object counts as many refills: it may stall for so many times as long, up to 10 ms, which is about what the kernel
// needs for its pages. The debt ends with the marking.
//
// Past the goal by more than a tenth, stalls become longer with each percent, half as long again for each: a machine that is too busy
// to let the collector run would fill its memory otherwise.
//
// A heap that is past its goal while the cycle is at its handshakes, where there is nothing to mark yet or any more, waits
// in the same queue for as long.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_ASSIST_H
#define TRICOLOR_RT_COLLECTOR_ASSIST_H

#include "threads/mutator.h"

#include <cstdint>

namespace tricolor::rt {

// Pays for `bytes` that are about to be allocated. `self` is the caller's, in state Runtime, its context
// published.
void assist(Mutator &self, uint64_t bytes);
// Tells what the cycle is at; by the collector's thread.
enum class CycleStage : uint8_t { None, Handshakes, Marking };
void set_assist_stage(CycleStage stage);

// Gives what workers have earned to those who wait. The collector's thread, now and then while it marks.
void serve_assist_queue();
// Lets everybody go who waits: marking is over.
void end_assists();
// In the child of a fork: nobody waits.
void abandon_assists();

// How many stalls there were since the last call, and the longest in nanoseconds.
struct AssistTimes {
  uint64_t longest_ns, stalls;
};
AssistTimes take_assist_times();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_ASSIST_H
