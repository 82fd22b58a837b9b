//===- rt/mark/marking.cpp - One pass of marking ----------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/marking.h"

#include "mark/root_jobs.h"
#include "mark/worker_pool.h"
#include "os/fatal.h"

namespace tricolor::rt {

namespace {

struct Pass {
  MarkTeam team;
  RootJobs jobs;
  MarkCounts counts[kMostMarkers];
};

void mark_as_member(void *context, unsigned index) {
  Pass &pass = *static_cast<Pass *>(context);
  Marker marker(pass.team);
  pass.jobs.run(marker);
  marker.drain_together();
  marker.finish();
  pass.counts[index] = marker.counts;
}

} // namespace

MarkSummary mark_from_roots(MarkPass kind, unsigned markers) {
  Pass pass = {MarkTeam(markers, kind), {}, {}};
  pass.jobs.prepare(RootSet::Stopped);
  run_workers(markers, mark_as_member, &pass);
  pass.jobs.check_all_ran();
  TRICOLOR_CHECK(workbuf_pool().full.empty() && "marking ended with grey objects");
  MarkSummary summary = {{}, markers};
  for (unsigned i = 0; i < markers; ++i)
    summary.counts.add(pass.counts[i]);
  return summary;
}

} // namespace tricolor::rt
