//===- rt/collector/pacer.h - When a cycle starts -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The goal is the heap size at which the next cycle starts: what the last cycle left, plus gcpercent
// percent of it, and at least kLeastGoal at 100 percent (less in proportion), so that a small heap is not
// collected all the time. The heap's size is what the last cycle left plus what has been allocated since
// less what has been freed explicitly since; traced memory is included: that is memory the user sees
// grow, and memory that is marked from. (What is allocated by the bits will not do: it counts the dead
// until they are swept.)
//
// Programs without a single collected object never start a cycle on their own: there would be nothing
// to free.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_PACER_H
#define TRICOLOR_RT_COLLECTOR_PACER_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

// Larger: fewer cycles while the heap is small, and that much more memory.
inline constexpr uint64_t kLeastGoal = 4 << 20;

// The goal after a cycle that left `live` bytes; UINT64_MAX when percent is kGcPercentOff.
uint64_t goal_for(uint64_t live, int64_t percent);

// The current goal in bytes. Any thread.
uint64_t pacer_goal();

// Whether the heap has reached the goal. Any thread; cheap enough for each refill.
bool pacer_wants_cycle();

// Tells the pacer that a collected object is being allocated. Any thread.
void pacer_saw_collected_object();

// A cycle left `live` bytes. Called by the collecting thread, world stopped.
void pacer_cycle_ended(uint64_t live);

// What the last cycle left, in bytes. Any thread.
uint64_t pacer_live_at_last_cycle();

// What the last cycle left plus what was allocated since, less what was freed since, in bytes. Any
// thread.
uint64_t heap_live_estimate();

// Sets gcpercent (kGcPercentOff: never collect by growth) and moves the goal. Returns the previous one.
// Any thread.
int64_t pacer_set_percent(int64_t percent);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_PACER_H
