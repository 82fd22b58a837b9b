//===- rt/mark/root_jobs.cpp - The roots, in pieces -------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/root_jobs.h"

#include "heap/span.h"
#include "heap/specials.h"
#include "mark/barrier_log.h"
#include "mark/external_roots.h"
#include "mark/finalizer_queue.h"
#include "mark/marker.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include "stack/modules.h"
#include "threads/registry.h"

#include <algorithm>
#include <new>

namespace tricolor::rt {

namespace {

// Records and spans per job. Larger: fewer draws of the cursor; smaller: better balance when one run
// has much below it.
constexpr size_t kGlobalsPerJob = 1024;
constexpr size_t kSpansPerJob = 256;

void scan_thread(Mutator &mutator, Marker &marker) {
  WalkCounts walk = walk_stack(mutator.context, marker.sink());
  marker.counts.frames += walk.frames;
  marker.counts.precise_frames += walk.precise;
  marker.visit(reinterpret_cast<uintptr_t>(mutator.handover));
  marker.visit(reinterpret_cast<uintptr_t>(mutator.result));
  if (mutator.thread_pointer)
    visit_thread_locals(mutator.thread_pointer, marker.sink());
  marker.visit_words(mutator.barrier_buffer.words, mutator.barrier_buffer.count);
}

void scan_traced(size_t first, size_t last, Marker &marker) {
  for (size_t i = first; i < last; ++i) {
    Span *span = span_at(static_cast<uint32_t>(i));
    if (!span->in_use() || span->kind != ObjectKind::Traced)
      continue;
    size_t bytes = span->object_bytes;
    for_each_allocated(span, [&](uint32_t, uintptr_t object) {
      marker.visit_words(reinterpret_cast<const uintptr_t *>(object), bytes / sizeof(uintptr_t));
      marker.counts.traced_bytes += bytes;
      marker.drain();
    });
  }
}

void scan_records(Marker &marker) {
  barrier_visit_log(marker);
  for (PendingStart *start = first_pending_start(); start; start = start->next)
    marker.visit(reinterpret_cast<uintptr_t>(start->argument));
  for (FinishedThread *thread = first_finished_thread(); thread; thread = thread->next)
    marker.visit(reinterpret_cast<uintptr_t>(thread->result));
  for (const ExternalRoot *root = first_external_root(); root; root = root->next)
    marker.visit_words(reinterpret_cast<const uintptr_t *>(root->begin),
                       root->bytes / sizeof(uintptr_t));
  auto visit = [](void *context, uintptr_t word) { static_cast<Marker *>(context)->visit(word); };
  visit_cleanup_arguments(&marker, visit);
  visit_finalizer_queue(&marker, visit);
}

size_t shards(size_t items, size_t shard) { return (items + shard - 1) / shard; }

} // namespace

RootJobs::~RootJobs() {
  if (jobs_)
    metadata_free(jobs_, capacity_ * sizeof(RootJob));
}

void RootJobs::add(RootJobKind kind, size_t first, size_t last, Mutator *mutator) {
  TRICOLOR_CHECK(count_ < capacity_ && "more root jobs than were counted");
  RootJob *job = new (jobs_ + count_++) RootJob();
  job->kind = kind;
  job->first = first;
  job->last = last;
  job->mutator = mutator;
}

void RootJobs::add_sharded(RootJobKind kind, size_t items, size_t shard) {
  for (size_t first = 0; first < items; first += shard)
    add(kind, first, std::min(first + shard, items), nullptr);
}

void RootJobs::prepare() {
  size_t globals = global_root_count();
  size_t spans = span_count();
  capacity_ = shards(globals, kGlobalsPerJob) + shards(spans, kSpansPerJob) + mutator_count() + 1;
  jobs_ = static_cast<RootJob *>(metadata_allocate(capacity_ * sizeof(RootJob)));
  // Threads first: a deep stack is the longest job.
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    add(RootJobKind::Thread, 0, 0, mutator);
  add(RootJobKind::Records, 0, 0, nullptr);
  add_sharded(RootJobKind::Globals, globals, kGlobalsPerJob);
  add_sharded(RootJobKind::Traced, spans, kSpansPerJob);
}

void RootJobs::run_job(const RootJob &job, Marker &marker) {
  switch (job.kind) {
  case RootJobKind::Globals:
    visit_globals(job.first, job.last, marker.sink());
    break;
  case RootJobKind::Thread:
    scan_thread(*job.mutator, marker);
    break;
  case RootJobKind::Traced:
    scan_traced(job.first, job.last, marker);
    break;
  case RootJobKind::Records:
    scan_records(marker);
    break;
  }
}

void RootJobs::run(Marker &marker) {
  for (;;) {
    size_t index = cursor_.fetch_add(1, std::memory_order_relaxed);
    if (index >= count_)
      return;
    run_job(jobs_[index], marker);
    jobs_[index].runs.fetch_add(1, std::memory_order_relaxed);
    ++marker.counts.root_jobs;
    marker.drain();
  }
}

void RootJobs::check_all_ran() const {
  for (size_t i = 0; i < count_; ++i)
    TRICOLOR_CHECK(jobs_[i].runs.load(std::memory_order_relaxed) == 1 &&
                   "a root job did not run exactly once");
}

} // namespace tricolor::rt
