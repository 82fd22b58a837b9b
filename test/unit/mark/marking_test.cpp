//===- test/unit/mark/marking_test.cpp - Passes, root jobs and their checks -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The checks that find a lost root job or a missed object must themselves be able to fail.
//
//===------------------------------------------------------------------------------------------===//

#include "mark/marking.h"

#include "mark/marked_heap.h"

#include "heap/mark_bits.h"
#include "mark/root_jobs.h"
#include "mark/worker_pool.h"
#include "sweep/sweeper.h"
#include "threads/stopped_world.h"

#include <tricolor/abi.h>

#include <gtest/gtest.h>

namespace tricolor::rt {
namespace {

// Runs `body` with the world stopped and the caches flushed, as a cycle does.
template <class F> void stopped(F &&body) {
  with_world_stopped(
      [] {
        sweep_finish();
        reserve_workers(4);
      },
      [&] {
        current_mutator().cache.flush();
        body();
      });
}

// An object that traced memory refers to: found through a root job, not through this frame.
struct Held {
  void **slot = new void *(make(64));
  ~Held() { delete slot; }
  ObjectRef object() const { return find_object(reinterpret_cast<uintptr_t>(*slot)); }
};

TEST(Marking, ReachesWhatTracedMemoryHolds) {
  Held held;
  stopped([&] {
    EXPECT_FALSE(is_marked(held.object()));
    MarkSummary summary = mark_from_roots(MarkPass::Mark, 4);
    EXPECT_TRUE(is_marked(held.object()));
    EXPECT_GE(summary.counts.objects, 1u);
    EXPECT_GE(summary.counts.traced_bytes, sizeof(void *));
    EXPECT_EQ(summary.markers, 4u);
    checkmark_begin();
    mark_from_roots(MarkPass::Checkmark, 2);
    EXPECT_TRUE(is_checkmarked(held.object()));
    checkmark_end();
    sweep_begin();
    sweep_open();
  });
}

TEST(MarkingDeathTest, CheckmarkFindsAnObjectThatWasNotMarked) {
  EXPECT_DEATH(
      {
        Held held;
        stopped([&] {
          mark_from_roots(MarkPass::Mark, 1);
          // What a lost root or a race in marking would leave behind.
          ObjectRef object = held.object();
          object.span->mark_bits.get()[object.index / 64] = 0;
          checkmark_begin();
          mark_from_roots(MarkPass::Checkmark, 1);
        });
      },
      // Whatever reaches it: this frame, or traced memory.
      "is reachable and was not marked\n(.|\n)*root:  (stack|memory)(.|\n)*->(.|\n)*missed a "
      "reachable");
}

TEST(RootJobs, EachRunsOnce) {
  stopped([] {
    MarkTeam team(1, MarkPass::Mark);
    Marker marker(team);
    RootJobs jobs;
    jobs.prepare(RootSet::Stopped);
    EXPECT_GE(jobs.count(), 2u); // this thread, and the records
    jobs.run(marker);
    jobs.check_all_ran();
    EXPECT_EQ(marker.counts.root_jobs, jobs.count());
    marker.drain_together();
    marker.finish();
    sweep_begin();
    sweep_open();
  });
}

TEST(RootJobsDeathTest, OneThatDidNotRunIsNoticed) {
  EXPECT_DEATH(stopped([] {
                 RootJobs jobs;
                 jobs.prepare(RootSet::Stopped);
                 jobs.check_all_ran();
               }),
               "a root job did not run exactly once");
}

} // namespace
} // namespace tricolor::rt
