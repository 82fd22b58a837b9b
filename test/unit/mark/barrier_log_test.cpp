//===- test/unit/mark/barrier_log_test.cpp - What is logged and what is not -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/barrier_log.h"

#include "marked_heap.h"

#include "mark/external_roots.h"

#include <sys/mman.h>
#include <thread>

namespace tricolor::rt {
namespace {

// What the log has marked, on this thread.
uint64_t marked_by_log() {
  MarkTeam team(1, MarkPass::Mark);
  Marker marker(team);
  barrier_visit_log(marker);
  marker.drain();
  marker.finish();
  return marker.counts.objects;
}

TEST(BarrierLog, KeepsOnlyWordsThatMustBeMarked) {
  Roots roots(1);
  uintptr_t *white = make(64), *black = make(64);
  prepare_cycle();
  mark_object(object_of(black));
  uintptr_t words[] = {0, 1, word_of(words), word_of(black), word_of(&roots[0]), word_of(nullptr)};
  log_words(words, std::size(words));
  EXPECT_TRUE(barrier_log_is_empty());
  log_memory(word_of(words) + 1, sizeof words - 2); // partial words at both ends
  EXPECT_TRUE(barrier_log_is_empty());
  words[1] = word_of(white) + 63;
  log_memory(word_of(words), sizeof words);
  EXPECT_FALSE(barrier_log_is_empty());
  EXPECT_EQ(marked_by_log(), 1u);
  EXPECT_TRUE(marked(white));
}

TEST(BarrierLog, AnAppenderFillsBuffers) {
  constexpr size_t kWords = 2 * Workbuf::kCapacity + 5;
  std::vector<uintptr_t> words;
  for (size_t i = 0; i < kWords; ++i)
    words.push_back(word_of(make(16)));
  prepare_cycle();
  {
    LogAppender log;
    for (uintptr_t &word : words)
      log.sink().words(log.sink().context, &word, 1, RootCertainty::Conservative);
    EXPECT_FALSE(barrier_log_is_empty()) << "full buffers are given at once";
  }
  EXPECT_EQ(barrier_discard_log(), kWords);
  EXPECT_TRUE(barrier_log_is_empty());
}

TEST(BarrierLog, RemembersWhatTheModeCallsFor) {
  uintptr_t *overwritten = make(64), *stored = make(64);
  uintptr_t target[2] = {word_of(overwritten), word_of(overwritten)};
  uintptr_t source[2] = {word_of(stored), word_of(stored)};
  for (BarrierWords words : {BarrierWords::Stored, BarrierWords::OverwrittenAndStored})
    for (bool copy : {false, true}) {
      prepare_cycle();
      set_barrier_words(words);
      {
        Mutator &self = current_mutator();
        RuntimeScope scope(self);
        if (copy)
          barrier_remember_copy(self, target, source, sizeof target);
        else
          barrier_remember_store(self, target[0], source[0]);
        barrier_flush(self);
      }
      marked_by_log();
      EXPECT_TRUE(marked(stored));
      EXPECT_EQ(marked(overwritten), words == BarrierWords::OverwrittenAndStored);
    }
}

TEST(ExternalRoots, AreLoggedWhenTheyGo) {
  uintptr_t *object = make(64);
  uintptr_t memory[4] = {0, word_of(object), 0, 0};
  for (DepartingRoots roots : {DepartingRoots::Forgotten, DepartingRoots::Logged}) {
    prepare_cycle();
    add_external_root(memory, sizeof memory);
    set_departing_roots(roots);
    remove_external_root(memory);
    set_departing_roots(DepartingRoots::Forgotten);
    marked_by_log();
    EXPECT_EQ(marked(object), roots == DepartingRoots::Logged);
  }
}

// Its memory is gone as soon as the root is: who is in the middle of it must not go on there.
TEST(ExternalRoots, MayGoWhileTheyAreLogged) {
  constexpr size_t kBytes = size_t{256} << 20;
  void *memory = mmap(nullptr, kBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  add_external_root(memory, kBytes);
  std::atomic<bool> begun{false};
  std::thread other([&] {
    while (!begun)
      std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    remove_external_root(memory);
    munmap(memory, kBytes);
  });
  begun = true;
  EXPECT_LE(log_external_roots(), kBytes);
  other.join();
}

// What is there from the begin to the end is logged, whatever comes and goes meanwhile.
TEST(ExternalRoots, AreLoggedWhileOthersComeAndGo) {
  constexpr size_t kRoots = 300, kWords = 30;
  Hidden objects;
  std::vector<uintptr_t> memory(kRoots * kWords);
  for (size_t i = 0; i < kRoots; ++i) {
    objects.add(make(16));
    memory[i * kWords + i % kWords] = word_of(objects[i]);
  }
  prepare_cycle();
  for (size_t i = 0; i < kRoots; ++i)
    add_external_root(&memory[i * kWords], kWords * 8 - i % 2 * (i % kWords == kWords - 1 ? 0 : 3));
  std::atomic<bool> done{false};
  std::thread others([&] {
    uintptr_t passing[64][8] = {};
    while (!done) {
      for (auto &one : passing)
        add_external_root(one, sizeof one);
      for (auto &one : passing)
        remove_external_root(one);
      // And some of the others, for a moment, their words logged.
      Mutator &self = current_mutator();
      RuntimeScope scope(self);
      set_departing_roots(DepartingRoots::Logged);
      for (size_t i = 0; i < kRoots; i += 7) {
        remove_external_root(&memory[i * kWords]);
        add_external_root(&memory[i * kWords], kWords * 8);
      }
    }
  });
  for (int round = 0; round < 200; ++round) {
    clear_marks();
    EXPECT_GE(log_external_roots(), kRoots * kWords * 8 / 2);
    marked_by_log();
    for (size_t i = 0; i < kRoots; ++i)
      ASSERT_TRUE(marked(objects[i]) || i % 7 == 0) << i << " in round " << round;
  }
  done = true;
  others.join();
  set_departing_roots(DepartingRoots::Forgotten);
  for (size_t i = 0; i < kRoots; ++i)
    remove_external_root(&memory[i * kWords]);
  barrier_discard_log();
}

} // namespace
} // namespace tricolor::rt
