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
#include "mark/sleeping_workers.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include "threads/registry.h"

#include <algorithm>
#include <new>

namespace tricolor::rt {

namespace {

// Memory of globals, and spans, per job. Larger: fewer draws of the cursor; smaller: better balance when
// one run has much below it.
constexpr size_t kGlobalsPerJob = size_t{256} << 10;
constexpr size_t kSpansPerJob = 256;
// How much of a job's globals is visited before the marker is asked whether it has to stop. Larger: it
// stops later; smaller: the image is looked up more often.
constexpr size_t kGlobalsPerStep = 4096;
// Objects of traced spans above this are scanned like grey ones, so that others may share them and a
// marker may stop inside.
constexpr size_t kLargestAtOnce = 4096;

// The steps of a job return whether it is finished; if not, the job says what is left.

bool scan_globals(RootJob &job, Marker &marker) {
  auto before_end = [&] {
    const GlobalsPlace &place = job.globals_first, &end = job.globals_end;
    return place.record < end.record || (place.record == end.record && place.word < end.word);
  };
  while (before_end()) {
    // A part may reach beyond the end, into the next job: visited twice is no harm.
    if (visit_globals(job.globals_first, kGlobalsPerStep, marker.sink()) == 0)
      return true; // the image has gone
    marker.drain();
    if (marker.stopped())
      break;
  }
  return !before_end();
}

bool scan_thread(Mutator &mutator, Marker &marker) {
  WalkCounts walk = walk_stack(mutator.context, marker.sink());
  marker.counts.frames += walk.frames;
  marker.counts.precise_frames += walk.precise;
  marker.visit(reinterpret_cast<uintptr_t>(mutator.handover));
  marker.visit(reinterpret_cast<uintptr_t>(mutator.result));
  if (mutator.thread_pointer)
    visit_thread_locals(mutator.thread_pointer, marker.sink());
  if (marker.pass() != MarkPass::LateCheckmark)
    marker.visit_words(mutator.barrier_buffer.words, mutator.barrier_buffer.count);
  return true;
}

bool scan_traced(RootJob &job, Marker &marker) {
  while (job.first < job.last && !marker.stopped()) {
    Span *span = span_at(static_cast<uint32_t>(job.first++));
    if (!span->in_use() || span->kind != ObjectKind::Traced)
      continue;
    size_t bytes = span->object_bytes;
    for_each_allocated(span, [&](uint32_t, uintptr_t object) {
      marker.counts.traced_bytes += bytes;
      if (marker.pass() == MarkPass::Concurrent || bytes > kLargestAtOnce)
        return marker.scan_later(object);
      marker.visit_words(reinterpret_cast<const uintptr_t *>(object), bytes / sizeof(uintptr_t));
      marker.drain();
    });
    marker.drain();
  }
  return job.first == job.last;
}

bool scan_records(Marker &marker) {
  // What was logged since marking ended may be anything that a dead frame has left where something was stored.
  if (marker.pass() != MarkPass::LateCheckmark)
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
  return true;
}

bool step(RootJob &job, Marker &marker) {
  switch (job.kind) {
  case RootJobKind::Globals:
    return scan_globals(job, marker);
  case RootJobKind::Thread:
    return scan_thread(*job.mutator, marker);
  case RootJobKind::Traced:
    return scan_traced(job, marker);
  case RootJobKind::Records:
    return scan_records(marker);
  }
  return true;
}

} // namespace

void RootJobs::clear() {
  if (jobs_)
    metadata_free(jobs_, capacity_ * sizeof(RootJob));
  jobs_ = nullptr;
  capacity_ = 0;
  count_.store(0);
  finished_.store(0);
  suspended_.store(0);
  cursor_.store(0);
}

// Makes room for one more. While jobs are listed nobody has drawn any, so they may move.
void RootJobs::reserve() {
  size_t count = count_.load(std::memory_order_relaxed);
  if (count < capacity_)
    return;
  size_t capacity = std::max<size_t>(64, 2 * capacity_);
  auto *jobs = static_cast<RootJob *>(metadata_allocate(capacity * sizeof(RootJob)));
  for (size_t i = 0; i < count; ++i) {
    const RootJob &from = jobs_[i];
    new (jobs + i) RootJob{
        from.kind, 0, 0, from.first, from.last, from.globals_first, from.globals_end, from.mutator};
  }
  if (jobs_)
    metadata_free(jobs_, capacity_ * sizeof(RootJob));
  jobs_ = jobs;
  capacity_ = capacity;
}

void RootJobs::add(RootJobKind kind, size_t first, size_t last, Mutator *mutator) {
  reserve();
  size_t index = count_.load(std::memory_order_relaxed);
  new (jobs_ + index) RootJob{kind, 0, 0, first, last, {}, {}, mutator};
  count_.store(index + 1);
}

void RootJobs::add_globals() {
  for (uint64_t image = 0; (image = next_image(image)) != 0;)
    for (GlobalsPlace first = {image, 0, 0}, end = first; pass_globals(end, kGlobalsPerJob) != 0;
         first = end) {
      add(RootJobKind::Globals, 0, 0, nullptr);
      jobs_[count() - 1].globals_first = first;
      jobs_[count() - 1].globals_end = end;
    }
}

void RootJobs::prepare(RootSet set) {
  TRICOLOR_CHECK(count() == 0 && "root jobs were prepared twice");
  if (set == RootSet::Stopped) {
    // Threads first: a deep stack is the longest job.
    for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
      add(RootJobKind::Thread, 0, 0, mutator);
    add(RootJobKind::Records, 0, 0, nullptr);
  }
  add_globals();
  for (size_t first = 0, spans = span_count(); first < spans; first += kSpansPerJob)
    add(RootJobKind::Traced, first, std::min(first + kSpansPerJob, spans), nullptr);
}

bool RootJobs::take_suspended(uint32_t *index) {
  uint64_t head = suspended_.load(std::memory_order_acquire);
  while (auto top = static_cast<uint32_t>(head)) {
    uint64_t below = jobs_[top - 1].next.load(std::memory_order_relaxed);
    if (suspended_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | below,
                                         std::memory_order_acquire, std::memory_order_acquire)) {
      *index = top - 1;
      return true;
    }
  }
  return false;
}

void RootJobs::suspend(RootJob &job) {
  auto number = static_cast<uint64_t>(&job - jobs_ + 1);
  uint64_t head = suspended_.load(std::memory_order_relaxed);
  do {
    job.next.store(static_cast<uint32_t>(head), std::memory_order_relaxed);
  } while (!suspended_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | number,
                                             std::memory_order_release, std::memory_order_relaxed));
}

RootJob *RootJobs::draw() {
  uint32_t suspended;
  if (take_suspended(&suspended))
    return jobs_ + suspended;
  // Looked at first, so that the cursor does not run on for ever.
  if (cursor_.load(std::memory_order_relaxed) >= count())
    return nullptr;
  size_t index = cursor_.fetch_add(1, std::memory_order_relaxed);
  return index < count() ? jobs_ + index : nullptr;
}

bool RootJobs::run_one(Marker &marker) {
  RootJob *job = draw();
  if (!job)
    return false;
  if (!step(*job, marker)) {
    suspend(*job);
    // Who suspends it may be an assist that does not come back.
    if (workers_asleep() != 0)
      wake_worker();
    return true;
  }
  job->runs.fetch_add(1, std::memory_order_relaxed);
  finished_.fetch_add(1);
  ++marker.counts.root_jobs;
  marker.drain();
  return true;
}

void RootJobs::run(Marker &marker) {
  while (run_one(marker)) {
  }
}

bool RootJobs::any_to_draw() const {
  return static_cast<uint32_t>(suspended_.load()) != 0 || cursor_.load() < count_.load();
}

void RootJobs::check_all_ran() const {
  for (size_t i = 0; i < count(); ++i)
    TRICOLOR_CHECK(jobs_[i].runs.load(std::memory_order_relaxed) == 1 &&
                   "a root job did not run exactly once");
}

} // namespace tricolor::rt
