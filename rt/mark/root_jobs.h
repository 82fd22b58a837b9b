//===- rt/mark/root_jobs.h - The roots, in pieces -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Everything marking starts from, cut into jobs that markers draw one by one:
//
//   Globals   a run of an image's tricolor_globals records, at most kGlobalsPerJob bytes of memory
//   Thread    one mutator: its frames, its thread_locals, its barrier buffer, what it hands
//             over to a thread that it creates, and its result
//   Traced    a run of spans: each allocated object of a traced span, word by word
//   Records   arguments of threads that have not started, results of threads that have not been
//             joined, exceptions in flight, what barriers have seen, objects that finalizers and
//             destructors are to be called with, arguments of cleanups
//
// The list is prepared once a pass. Each job must run exactly once: the cursor sees to "at most once",
// and check_all_ran() to "at least once", because a root job that is lost loses objects without any other
// sign.
//
// In the one-pause pass the list has all four kinds and is prepared with the world stopped. In the
// concurrent pass it has Globals and Traced only: stacks and records reach marking as words of the
// barrier log. A marker that has to stop in the middle of a job notes in it how far it has come and pushes
// it on the stack of suspended jobs, from which any marker may take it up: a job is with one marker, or
// suspended, or not drawn yet, or finished. The stack's head is an index with a tag that changes with
// every exchange (ABA).
//
// Traced spans that come after the list was made need no job: what was stored into their objects came from scanned
// stacks, or from the heap by loads whose slots have barriers. (Where overwritten words are not remembered, in mode
// dijkstra, their objects are looked at in the end: heap/black_runs.h.) The same goes for images; one that goes has its globals logged.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_ROOT_JOBS_H
#define TRICOLOR_RT_MARK_ROOT_JOBS_H

#include "stack/modules.h"
#include "threads/mutator.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Marker;

enum class RootJobKind : uint8_t { Globals, Thread, Traced, Records };

// Which roots: all of a stopped world, or those that markers visit while mutators run.
enum class RootSet : uint8_t { Stopped, Concurrent };

struct RootJob {
  RootJobKind kind;
  std::atomic<uint8_t> runs;               // how often it ran
  std::atomic<uint32_t> next;              // suspended jobs: index + 1 of the one below
  size_t first, last;                      // Traced: the spans still to come
  GlobalsPlace globals_first, globals_end; // Globals: the part still to come
  Mutator *mutator;                        // Thread
};

class RootJobs {
public:
  constexpr RootJobs() = default;
  ~RootJobs() { clear(); }
  RootJobs(const RootJobs &) = delete;
  RootJobs &operator=(const RootJobs &) = delete;

  // Lists the jobs; the list must be empty. Stopped: world stopped. No marker may be at work.
  void prepare(RootSet set);
  // Empties the list. No marker may be at work.
  void clear();

  // Runs jobs with `marker`, which has no limit, until none is left. Any number of markers at a time.
  void run(Marker &marker);
  // Runs one job, or what is left of one, until it is finished or the marker has to stop. False if
  // there is none to draw. Any number of markers at a time.
  bool run_one(Marker &marker);

  // Whether there is a job to draw. Any thread, at any time.
  bool any_to_draw() const;
  // Whether each job has been run. Its answer stays true.
  bool all_finished() const { return finished_.load() == count_.load(); }
  // Ends the program if a job did not run exactly once.
  void check_all_ran() const;

  size_t count() const { return count_.load(std::memory_order_relaxed); }

private:
  void add(RootJobKind kind, size_t first, size_t last, Mutator *mutator);
  void add_globals();
  void reserve();
  RootJob *draw();
  void suspend(RootJob &job);
  bool take_suspended(uint32_t *index);

  RootJob *jobs_ = nullptr;
  size_t capacity_ = 0;
  std::atomic<size_t> count_{0};
  std::atomic<size_t> finished_{0};
  // Low half: index + 1 of the job on top, 0: none. High half: the tag.
  std::atomic<uint64_t> suspended_{0};
  alignas(64) std::atomic<size_t> cursor_{0};
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_ROOT_JOBS_H
