//===- test/unit/mark/concurrent_marking_test.cpp - Slices, quiet, rest -----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Everything here is deterministic but for the tests with background workers; limits are checked by what
// was scanned, not by the clock.
//
//===------------------------------------------------------------------------------------------===//

#include "marked_heap.h"

#include "mark/background_workers.h"
#include "mark/root_jobs.h"
#include "mark/sleeping_workers.h"
#include "stack/modules.h"

#include <memory>
#include <string.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {
namespace {

// How much a slice may scan beyond its limit: the words between two looks, and what it does in one piece.
constexpr uint64_t kMostBeyond = 1024 * sizeof(uintptr_t) + 4096;

TEST(ConcurrentMarking, MarksWhatTracedMemoryHolds) {
  Roots roots(2);
  uintptr_t *first = make(64), *second = make(64), *garbage = make(64);
  uintptr_t *plain = make(64, ObjectKind::Noscan);
  roots[1] = word_of(first) + 24;
  first[3] = word_of(second);
  second[0] = word_of(plain);
  prepare_cycle();
  EXPECT_FALSE(marking_is_open());
  EXPECT_EQ(mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX).end, SliceEnd::Closed);
  begin_marking();
  EXPECT_TRUE(marking_is_open());
  EXPECT_FALSE(is_quiet());
  MarkSlice slice = mark_for(Participant::Assist, UINT64_MAX, UINT64_MAX);
  EXPECT_EQ(slice.end, SliceEnd::NothingToDo);
  EXPECT_TRUE(is_quiet());
  MarkSummary summary = end_marking();
  for (void *object : {first, second, plain})
    EXPECT_TRUE(marked(object));
  EXPECT_FALSE(marked(garbage));
  EXPECT_EQ(summary.counts.assist_bytes, slice.bytes);
  EXPECT_EQ(summary.counts.scanned_bytes, slice.bytes);
  EXPECT_EQ(summary.counts.worker_bytes, 0u);
  EXPECT_GE(summary.counts.traced_bytes, 16u);
  EXPECT_GE(summary.counts.root_jobs, 1u);
}

TEST(ConcurrentMarkingDeathTest, ALostRootJobIsNoticed) {
  EXPECT_DEATH(
      {
        Roots roots(1);
        prepare_cycle();
        begin_marking();
        end_marking();
      },
      "a root job did not run exactly once");
}

// A late slice may have marked what a dead frame left: what that refers to is marked too.
TEST(ConcurrentMarking, WhatIsGreyAtTheEndIsScanned) {
  uintptr_t *object = make(64), *child = make(64);
  object[0] = word_of(child);
  prepare_cycle();
  begin_marking();
  mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  ASSERT_TRUE(is_quiet());
  Workbuf *buffer = workbuf_pool().take_empty();
  buffer->objects[buffer->count++] = word_of(object);
  workbuf_pool().full.push(buffer);
  end_marking();
  EXPECT_TRUE(marked(child));
  EXPECT_TRUE(workbuf_pool().full.empty());
}

// Logged words are work; a white one counts, each once.
TEST(ConcurrentMarking, LoggedWordsAreMarkedAndCounted) {
  uintptr_t *object = make(64), *child = make(64);
  object[0] = word_of(child);
  prepare_cycle();
  begin_marking();
  mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  ASSERT_TRUE(is_quiet());
  uint64_t found = barrier_white_finds();
  uintptr_t words[] = {word_of(object) + 8, 12345, word_of(object)};
  log_words(words, 3);
  EXPECT_FALSE(is_quiet());
  EXPECT_TRUE(marking_has_work());
  mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  EXPECT_TRUE(is_quiet());
  EXPECT_TRUE(marked(child));
  EXPECT_EQ(barrier_white_finds(), found + 1);
  // A second round brings nothing white: no work.
  uintptr_t *other = make(64);
  {
    Mutator &self = current_mutator();
    RuntimeScope scope(self);
    barrier_remember(self, word_of(object));
    barrier_flush(self);
    EXPECT_TRUE(is_quiet());
    barrier_remember(self, word_of(object));
    barrier_remember(self, word_of(other));
    barrier_flush(self);
    EXPECT_FALSE(is_quiet());
  }
  mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  EXPECT_TRUE(is_quiet());
  EXPECT_TRUE(marked(other));
  EXPECT_EQ(barrier_white_finds(), found + 2);
  end_marking();
}

// While marking is open a word is remembered once, and in the next cycle again.
TEST(ConcurrentMarking, WordsAreRememberedOnce) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  BarrierBuffer &buffer = self.barrier_buffer;
  uintptr_t first = word_of(make(64)), second = word_of(make(64));
  auto remember_both = [&] {
    buffer.count = 0;
    for (int i = 0; i < 3; ++i) {
      barrier_remember(self, first);
      barrier_remember(self, second);
    }
    return buffer.count;
  };
  for (int cycle = 0; cycle < 2; ++cycle) {
    set_remembering(Remembering::On);
    EXPECT_EQ(remember_both(), 6u) << "not all allocate black yet";
    buffer.remembered.clear(); // as a scan does
    remember_once();
    EXPECT_EQ(remember_both(), 2u);
    EXPECT_EQ(remember_both(), 0u);
    set_remembering(Remembering::Off);
  }
  buffer.count = 0;
  // Words that take each other's place are remembered again.
  RememberedWords words;
  EXPECT_FALSE(words.note(first));
  EXPECT_TRUE(words.note(first));
  bool displaced = false;
  for (uintptr_t word = first + 16; !displaced && word < first + (1 << 20); word += 16) {
    words.note(word);
    displaced = !words.note(first);
  }
  EXPECT_TRUE(displaced);
}

//===--- Limits ---------------------------------------------------------------------------------===//

// A marking whose slices have a deadline that has passed: they get on by one look's worth each; nothing is scanned twice.
void mark_in_small_slices(uint64_t least_bytes, uint64_t globals = 0) {
  prepare_cycle();
  begin_marking();
  uint64_t sum = 0, slices = 0;
  while (!is_quiet()) {
    MarkSlice slice = mark_for(Participant::Collector, 0, UINT64_MAX);
    ASSERT_LE(slice.bytes, kMostBeyond);
    sum += slice.bytes;
    ++slices;
  }
  MarkSummary summary = end_marking();
  EXPECT_EQ(summary.counts.scanned_bytes, sum);
  EXPECT_GE(sum, least_bytes);
  EXPECT_LE(sum, summary.counts.traced_bytes + summary.counts.bytes + globals);
  EXPECT_GE(slices, least_bytes / kMostBeyond);
}

TEST(ConcurrentMarking, StopsInsideATracedObject) {
  constexpr size_t kWords = 1 << 20;
  Roots roots(kWords);
  uintptr_t *last = make(64);
  roots[kWords - 1] = word_of(last);
  mark_in_small_slices(kWords * 8);
  EXPECT_TRUE(marked(last));
}

TEST(ConcurrentMarking, StopsInsideALargeObject) {
  constexpr size_t kWords = 1 << 20;
  Roots roots(1);
  uintptr_t *large = make(kWords * 8), *last = make(64);
  roots[0] = word_of(large);
  large[kWords - 1] = word_of(last);
  mark_in_small_slices(kWords * 8);
  EXPECT_TRUE(marked(last));
}

// A class of 32 KiB is no large object, and more than one look.
TEST(ConcurrentMarking, StopsInsideASmallObject) {
  constexpr size_t kObjects = 64, kWords = 4096;
  Roots roots(kObjects);
  Hidden last;
  for (size_t i = 0; i < kObjects; ++i) {
    uintptr_t *object = make(kWords * 8);
    roots[i] = word_of(object);
    last.add(make(64));
    object[kWords - 1] = word_of(last[i]);
  }
  mark_in_small_slices(kObjects * kWords * 8);
  for (size_t i = 0; i < last.size(); ++i)
    EXPECT_TRUE(marked(last[i]));
}

TEST(ConcurrentMarking, StopsBetweenTracedObjects) {
  constexpr size_t kObjects = 20'000;
  std::vector<std::unique_ptr<Roots>> all;
  for (size_t i = 0; i < kObjects; ++i)
    all.push_back(std::make_unique<Roots>(8));
  uintptr_t *object = make(64);
  (*all.back())[7] = word_of(object);
  mark_in_small_slices(kObjects * 64);
  EXPECT_TRUE(marked(object));
}

// An image with one array of a mebibyte: several jobs, each of which stops inside.
constexpr size_t kGlobalWords = size_t{1} << 17;
alignas(16) uintptr_t g_global[kGlobalWords];

struct alignas(4) GlobalRecord {
  tricolor_global header;
  uint32_t sets[2];
} g_record;

class GlobalImage {
public:
  GlobalImage() {
    auto distance = word_of(g_global) - word_of(&g_record.header.anchor);
    // Pairs of which the second word is a pointer.
    g_record = {{sizeof g_record, static_cast<int32_t>(distance), kGlobalWords / 2, 2}, {2, 0}};
    module_.abi_version = TRICOLOR_ABI_VERSION;
    module_.maps_begin = module_.maps_end = g_record.sets;
    module_.functions_begin = module_.functions_end = g_record.sets;
    module_.globals_begin = &g_record;
    module_.globals_end = &g_record + 1;
    modules_register(&module_);
  }
  ~GlobalImage() { unregister(); }
  void unregister() {
    if (image_number(&module_) != 0)
      modules_unregister(&module_);
  }
  const tricolor_module *module() const { return &module_; }

private:
  static inline tricolor_module module_ = {};
};

TEST(ConcurrentMarking, StopsInsideAGlobal) {
  GlobalImage image;
  Hidden objects;
  for (size_t i = 1; i < kGlobalWords; i += 4096) {
    objects.add(make(64));
    g_global[i] = word_of(objects[objects.size() - 1]);
  }
  uintptr_t *no_pointer = make(64);
  g_global[8192] = word_of(no_pointer);
  prepare_cycle();
  {
    RootJobs jobs;
    jobs.prepare(RootSet::Concurrent);
    EXPECT_GE(jobs.count(), kGlobalWords * 8 >> 18) << "256 KiB each";
  }
  mark_in_small_slices(kGlobalWords * 4, kGlobalWords * 8);
  for (size_t i = 0; i < objects.size(); ++i)
    EXPECT_TRUE(marked(objects[i]));
  EXPECT_FALSE(marked(no_pointer));
  memset(g_global, 0, sizeof g_global);
}

// Its jobs are still to come when it goes; its words are logged by who unregisters it.
TEST(ConcurrentMarking, AnImageMayGo) {
  GlobalImage image;
  uintptr_t *object = make(64);
  g_global[kGlobalWords - 1] = word_of(object);
  prepare_cycle();
  set_departing_roots(DepartingRoots::Logged);
  begin_marking();
  mark_for(Participant::Collector, 0, 0);
  EXPECT_FALSE(marked(object));
  log_globals(image.module());
  image.unregister();
  memset(g_global, 0, sizeof g_global);
  mark_to_the_end();
  set_departing_roots(DepartingRoots::Forgotten);
  EXPECT_TRUE(marked(object));
}

TEST(ConcurrentMarking, StopsAtItsWorkLimit) {
  Roots roots(1);
  uintptr_t *large = make(size_t{4} << 20);
  roots[0] = word_of(large);
  prepare_cycle();
  begin_marking();
  for (uint64_t limit : {4096u, 40'000u, 100'000u}) {
    MarkSlice slice = mark_for(Participant::Assist, UINT64_MAX, limit);
    EXPECT_EQ(slice.end, SliceEnd::Limit);
    EXPECT_GE(slice.bytes, limit);
    EXPECT_LE(slice.bytes, limit + kMostBeyond);
  }
  mark_to_the_end();
}

//===--- Objects that are freed -----------------------------------------------------------------===//

TEST(ConcurrentMarking, GreyObjectsMayBeFreedAndTheirSlotsUsedAgain) {
  constexpr size_t kObjects = 1000;
  Roots roots(kObjects);
  Hidden objects, children;
  for (size_t i = 0; i < kObjects; ++i) {
    objects.add(make(64));
    children.add(make(32));
    objects[i][0] = word_of(children[i]);
    roots[i] = word_of(objects[i]);
  }
  uintptr_t *large = make(1 << 20);
  roots[0] = word_of(large);
  prepare_cycle();
  begin_marking();
  // The roots are scanned, the objects are not.
  while (marking_counts().objects < kObjects / 4)
    mark_for(Participant::Collector, 0, UINT64_MAX);
  size_t grey = 0;
  for (size_t i = 1; i < kObjects; ++i)
    grey += marked(objects[i]) && !marked(children[i]);
  ASSERT_GT(grey, kObjects / 4) << "too few are grey for this test";
  for (size_t i = 1; i < kObjects; i += 2)
    EXPECT_EQ(free_object(word_of(objects[i])), FreeResult::Freed);
  EXPECT_EQ(free_object(word_of(large)), FreeResult::Freed);
  for (size_t i = 0; i < kObjects / 4; ++i) // some slots have another object
    make(64);
  mark_to_the_end();
  for (size_t i = 2; i < kObjects; i += 2)
    EXPECT_TRUE(marked(children[i])) << i;
}

//===--- Rest -----------------------------------------------------------------------------------===//

TEST(ConcurrentMarking, RestsBetweenSlices) {
  Roots roots(1);
  roots[0] = word_of(make(1 << 20));
  prepare_cycle();
  begin_marking();
  mark_for(Participant::Collector, UINT64_MAX, 1 << 16);
  pause_marking();
  pause_marking();
  EXPECT_EQ(mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX).end, SliceEnd::Closed);
  EXPECT_FALSE(marking_has_work());
  EXPECT_FALSE(is_quiet());
  resume_marking();
  EXPECT_FALSE(marking_has_work());
  resume_marking();
  EXPECT_TRUE(marking_has_work());
  mark_to_the_end();
}

// The child of a fork in the middle of a marking gives it up, and can do one of its own.
TEST(ConcurrentMarking, TheChildOfAForkAbandonsIt) {
  Roots roots(512);
  for (size_t i = 0; i < 512; ++i)
    roots[i] = word_of(make(64));
  uintptr_t *logged = make(64);
  prepare_cycle();
  begin_marking();
  uintptr_t word = word_of(logged);
  mark_for(Participant::Collector, UINT64_MAX, 4096);
  log_words(&word, 1);
  ASSERT_FALSE(is_quiet());
  pause_marking();
  pid_t child = fork();
  if (child == 0) {
    abandon_marking();
    bool clean = !marking_is_open() && workbuf_pool().full.empty() && barrier_log_is_empty() &&
                 background_workers() == 0 && workers_asleep() == 0 &&
                 marking_counts().objects == 0 && take_mark_credit(1) == 0;
    clear_marks();
    begin_marking();
    MarkSummary summary = mark_to_the_end();
    _exit(clean && summary.counts.objects >= 512 && !marked(logged) ? 0 : 1);
  }
  resume_marking();
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  mark_to_the_end();
  EXPECT_TRUE(marked(logged));
}

TEST(MarkCredit, IsTakenOnce) {
  while (take_mark_credit(INT64_MAX) != 0) {
  }
  constexpr int64_t kGiven = 1'000'003;
  std::atomic<int64_t> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      int64_t mine = 0;
      while (taken.load() < kGiven) {
        int64_t part = take_mark_credit(100 + mine % 7);
        mine += part;
        taken += part;
      }
    });
  for (int64_t given = 0; given < kGiven;) {
    int64_t part = std::min<int64_t>(kGiven - given, 777);
    give_mark_credit(part);
    given += part;
  }
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(taken.load(), kGiven);
  EXPECT_EQ(take_mark_credit(1), 0);
  give_mark_credit(-5);
  EXPECT_EQ(take_mark_credit(1), 0) << "a debt is not given out";
  give_mark_credit(5);
}

} // namespace
} // namespace tricolor::rt
