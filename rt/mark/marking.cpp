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

// Below so many words mark_more() wakes no other marker. More: a large structure behind few words is marked
// by one thread; fewer: threads are woken for less than their waking costs.
constexpr size_t kWordsForOne = 64;

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

struct MorePass {
  MarkTeam team;
  MarkStart start;
  const uintptr_t *words;
  size_t count;
  MarkCounts counts[kMostMarkers];
};

void mark_more_as_member(void *context, unsigned index) {
  MorePass &pass = *static_cast<MorePass *>(context);
  Marker marker(pass.team);
  for (size_t i = 0; index == 0 && i < pass.count; ++i) {
    if (pass.start == MarkStart::Object)
      marker.visit(pass.words[i]);
    else
      marker.scan_later(pass.words[i]);
    marker.drain();
  }
  marker.drain_together();
  marker.finish();
  pass.counts[index] = marker.counts;
}

} // namespace

MarkCounts mark_more(MarkStart start, const uintptr_t *words, size_t count, unsigned markers) {
  if (count < kWordsForOne)
    markers = 1;
  MorePass pass = {MarkTeam(markers, MarkPass::Mark), start, words, count, {}};
  run_workers(markers, mark_more_as_member, &pass);
  TRICOLOR_CHECK(workbuf_pool().full.empty() && "marking ended with grey objects");
  MarkCounts counts;
  for (unsigned i = 0; i < markers; ++i)
    counts.add(pass.counts[i]);
  return counts;
}

MarkSummary mark_from_roots(MarkPass kind, unsigned markers) {
  MarkStore store = markers == 1 ? MarkStore::Alone : MarkStore::Shared;
  Pass pass = {MarkTeam(markers, kind, store), {}, {}};
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
