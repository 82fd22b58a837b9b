//===- rt/collector/pacer.h - When a cycle starts -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The *goal* is the heap size at which marking should be over: what the last cycle left, plus gcpercent
// percent of that and of what else is scanned (stacks, globals), and at least kLeastGoal at 100 percent (less in
// proportion), so that a small heap is not collected all the time. The heap's size is what the last cycle left
// plus what has been allocated since less what has been freed explicitly since; traced memory is included: that
// is memory the user sees grow, and memory that is marked from. (What is allocated by the bits will not do: it
// counts the dead until they are swept.)
//
// The *trigger* is the heap size at which a cycle starts, so that it ends at the goal. In mode stw it is the goal.
// Else it is a fraction of the way from the last cycle's live heap to the goal, which a proportional controller
// moves after each cycle: cycles that end early start later, cycles that end late, or that needed mutators
// to help, start earlier, but not before half of the way.
//
// *Assists* keep allocation from outrunning marking: while marking is under way each allocated byte costs so many bytes
// of marking that the expected rest of the work is done when the heap reaches the goal (assist.h).
//
// A *memory limit* lowers the goal: to what keeps the process's heap, its tables and its free pages below, with a little room
// for what is allocated past the goal. It is
// soft: the collector takes at most half of the processors' time for its sake. When more would be needed, or what is live
// alone is more for a while, the goal grows past the limit, which is said once on standard error.
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

// The share of the processors that marking may take without help from mutators.
inline constexpr double kBackgroundShare = 0.25;

//===--- The arithmetic: pure ----------------------------------------------------------------------===//

// The goal after a cycle that left `live` bytes, with `roots` bytes of stacks and globals; UINT64_MAX when
// percent is kGcPercentOff.
uint64_t goal_for(uint64_t live, uint64_t roots, int64_t percent);

// What a cycle showed about the trigger. Fractions of the way from the live heap to the goal.
struct TriggerOutcome {
  double trigger; // where the cycle was due
  double started; // where marking began
  double ended;   // where it was over
  double share;   // of the processors that all marking took meanwhile
};
// The next trigger, a fraction of the way.
double next_trigger(const TriggerOutcome &outcome);

// The goal that keeps everything below the limit: `other` bytes are no objects (tables, fragments), `live` what the last
// cycle left. At least a little above `live`.
uint64_t goal_under_limit(uint64_t limit, uint64_t other, uint64_t live);

// How many bytes a cycle will scan that begins with a heap of `heap` bytes: as large a part of it as the last cycle, which
// scanned `scanned` and left `live`. The rest of both holds no pointers. All that was allocated since may be live, so this is
// rather too much.
uint64_t expected_work_for(uint64_t scanned, uint64_t live, uint64_t heap);

// How many bytes are to be marked for each that is allocated, with `work` bytes left to mark and `room` bytes left to the
// goal (negative: past it).
double assist_ratio_for(uint64_t work, int64_t room, uint64_t growth);

//===--- The state ----------------------------------------------------------------------------------===//

// The current goal in bytes. Any thread.
uint64_t pacer_goal();

// How far past the goal the heap may come in the worst case, as a fraction of the goal. Any thread.
double pacer_tolerance();

// Whether the heap has reached the trigger. Any thread; cheap enough for each refill.
bool pacer_wants_cycle();

// What may be allocated until the heap reaches the trigger, in bytes; UINT64_MAX when percent is
// kGcPercentOff. By then the sweep must be done, which the next cycle would wait for. Any thread.
uint64_t pacer_allowance();

// Tells the pacer that a collected object is being allocated. Any thread.
void pacer_saw_collected_object();

// Marking begins, goes on, is over: by the collector's thread. `marked` is how many bytes have been scanned.
void pacer_marking_began();
void pacer_marking_goes_on(uint64_t marked);
struct MarkingTime {
  uint64_t wall_ns; // of the phase
  uint64_t busy_ns; // of all that marked, together
};
void pacer_marking_ended(const MarkingTime &time);
// Bytes to mark for each byte allocated; 0 while nothing is marked. Any thread.
double pacer_assist_ratio();

// What a cycle left behind.
struct CycleWork {
  uint64_t live;      // bytes
  uint64_t roots;     // bytes of stacks and globals
  uint64_t scanned;   // bytes that were scanned, roots included
  uint64_t since = 0; // bytes allocated after `live` was counted
};
// A cycle is over. By the collector's thread.
void pacer_cycle_ended(const CycleWork &work);

// What the last cycle left, in bytes. Any thread.
uint64_t pacer_live_at_last_cycle();

// What the last cycle left plus what was allocated since, less what was freed since, in bytes. Any
// thread.
uint64_t heap_live_estimate();

// Sets gcpercent (kGcPercentOff: never collect by growth) and moves the goal. Returns the previous one.
// Any thread.
int64_t pacer_set_percent(int64_t percent);
// Sets the memory limit in bytes (0: none) and moves the goal. Returns the previous one. Any thread.
uint64_t pacer_set_memory_limit(uint64_t bytes);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_PACER_H
