//===- test/unit/mark/marked_heap.h - A heap to be marked beside mutators -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the tests of concurrent marking share: objects made without the collector's triggers, memory that
// is a root, and cycles whose phases the test goes through by itself, with checkmark as the judge.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_MARKED_HEAP_H
#define TRICOLOR_TEST_MARKED_HEAP_H

#include "heap/free_object.h"
#include "heap/mark_bits.h"
#include "mark/barrier_log.h"
#include "mark/concurrent_marking.h"
#include "mark/worker_pool.h"
#include "sweep/sweeper.h"
#include "threads/registry.h"
#include "threads/stopped_world.h"

#include <gtest/gtest.h>

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {

// Never starts a cycle.
inline uintptr_t *make(size_t bytes, ObjectKind kind = ObjectKind::Conservative,
                       const TypeInfo *type = nullptr, ArrayForm form = ArrayForm::One) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  return reinterpret_cast<uintptr_t *>(
      self.cache.allocate(bytes, type ? type->align : 16, kind, type, form));
}

inline ObjectRef object_of(const void *pointer) {
  return find_object(reinterpret_cast<uintptr_t>(pointer));
}
inline bool marked(const void *pointer) { return is_marked(object_of(pointer)); }
inline uintptr_t word_of(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }

// Traced memory: each word is a root.
class Roots {
public:
  explicit Roots(size_t words) : words_(make(words * sizeof(uintptr_t), ObjectKind::Traced)) {}
  ~Roots() { free_object(word_of(words_)); }
  Roots(const Roots &) = delete;
  uintptr_t &operator[](size_t i) { return words_[i]; }

private:
  uintptr_t *words_;
};

// Pointers that are no roots, wherever they are kept (the memory of a std::vector is traced).
class Hidden {
public:
  void add(const void *pointer) { inverted_.push_back(~word_of(pointer)); }
  uintptr_t *operator[](size_t i) const { return reinterpret_cast<uintptr_t *>(~inverted_[i]); }
  size_t size() const { return inverted_.size(); }

private:
  std::vector<uintptr_t> inverted_;
};

inline void flush_all_caches() {
  for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
    mutator->cache.flush();
}

// Clears every mark bit, as a sweep does that frees nothing.
inline void clear_marks() {
  for (uint32_t i = 0; i < span_count(); ++i)
    if (Span *span = span_at(i); span->in_use())
      for (uint32_t word = 0; word < span->bit_words(); ++word)
        span->mark_bits.get()[word].store(0);
}

// Between cycles: nothing marked, nothing to sweep.
inline void prepare_cycle() {
  with_world_stopped(
      [] {
        sweep_finish();
        reserve_workers(2);
      },
      [] {
        flush_all_caches();
        clear_marks();
      });
}

// After end_marking(): ends the program if something that the roots reach is not marked. The roots include the
// frames of all threads, which the tests' markings do not visit: the caller's may hold no pointer to what is not
// marked.
inline void check_marks() {
  with_world_stopped([] {
    flush_all_caches();
    checkmark_begin();
    mark_from_roots(MarkPass::Checkmark, 2);
    checkmark_end();
  });
}

// Runs the test's body in a child process: the background workers that it starts would mark in the tests
// after it.
template <class Body> void in_child(Body &&body) {
  pid_t child = fork();
  if (child == 0) {
    body();
    fflush(stdout);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "see above";
}

// The rest of a marking on this thread alone.
inline MarkSummary mark_to_the_end() {
  while (!is_quiet())
    mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
  return end_marking();
}

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_MARKED_HEAP_H
