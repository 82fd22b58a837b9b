//===- rt/mark/root_jobs.h - The roots, in pieces -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Everything marking starts from, cut into jobs that markers draw one by one:
//
//   Globals   a run of the images' tricolor_globals records
//   Thread    one mutator: its frames, its thread_locals, its barrier buffer, what it hands
//             over to a thread that it creates, and its result
//   Traced    a run of spans: each allocated object of a traced span, word by word
//   Records   arguments of threads that have not started, results of threads that have not been
//             joined, exceptions in flight, what barriers have seen, objects that finalizers and
//             destructors are to be called with, arguments of cleanups
//
// The list is prepared once a pass, with the world stopped. Each job must run exactly once: the cursor
// sees to "at most once", and check_all_ran() to "at least once", because a root job that is lost loses
// objects without any other sign.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_ROOT_JOBS_H
#define TRICOLOR_RT_MARK_ROOT_JOBS_H

#include "threads/mutator.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Marker;

enum class RootJobKind : uint8_t { Globals, Thread, Traced, Records };

struct RootJob {
  RootJobKind kind;
  std::atomic<uint8_t> runs; // how often it ran
  size_t first, last;        // Globals, Traced: the half-open run of indices
  Mutator *mutator;          // Thread
};

class RootJobs {
public:
  RootJobs() = default;
  ~RootJobs();
  RootJobs(const RootJobs &) = delete;
  RootJobs &operator=(const RootJobs &) = delete;

  // Lists the jobs. World stopped; once.
  void prepare();
  // Runs jobs with `marker` until none is left. Any number of markers at a time.
  void run(Marker &marker);
  // Ends the program if a job did not run exactly once.
  void check_all_ran() const;

  size_t count() const { return count_; }

private:
  void add(RootJobKind kind, size_t first, size_t last, Mutator *mutator);
  void add_sharded(RootJobKind kind, size_t items, size_t shard);
  static void run_job(const RootJob &job, Marker &marker);

  RootJob *jobs_ = nullptr;
  size_t count_ = 0;
  size_t capacity_ = 0;
  std::atomic<size_t> cursor_{0};
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_ROOT_JOBS_H
