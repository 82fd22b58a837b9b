//===- test/unit/mark/mutator_graph_test.cpp - Marking a graph that changes -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Threads change a graph while it is marked, with the barriers, the black allocation and the handshakes of
// docs/design/concurrent.md done by hand: their references live in arrays that no walk of a stack sees, and
// which they log when marking begins. At the end they put what they hold where checkmark finds it, and
// checkmark says whether marking has missed anything. Each of the protocol's parts is there because without
// it the test fails: overwritten words, flush handshakes, the scan, black allocation, quiet with the log.
//
//===------------------------------------------------------------------------------------------===//

#include "marked_heap.h"

#include "mark/background_workers.h"
#include "os/clock.h"

#include <atomic>
#include <random>
#include <thread>

namespace tricolor::rt {
namespace {

constexpr size_t kNodeWords = 6;
// A thread's references: those that change all the time, and behind them those that it keeps to the end, some
// from before its scan and some from after. Only what is kept and stored nowhere needs the scan and the
// overwritten words.
constexpr size_t kChanging = 8, kKeptBefore = 8, kKeptAfter = 8;
constexpr size_t kLocals = kChanging + kKeptBefore + kKeptAfter;
constexpr size_t kRoots = 512;

void store_racing(uintptr_t *slot, uintptr_t value) {
  __atomic_store_n(slot, value, __ATOMIC_RELAXED);
}
uintptr_t load_racing(const uintptr_t *slot) { return __atomic_load_n(slot, __ATOMIC_RELAXED); }

// What all threads of a test share.
struct World {
  explicit World(size_t threads) : roots(kRoots), results(threads * kLocals) {}
  Roots roots;
  Roots results; // where threads put what they hold at the end
  std::atomic<unsigned> handshake{0};
  std::atomic<unsigned> answers{0};
  std::atomic<bool> still{false}; // nothing is changed any more, handshakes are answered
  std::atomic<bool> done{false};
  std::atomic<uint64_t> steps{0}; // of all threads

  // Lets the threads change the graph for a while.
  void let_run(uint64_t more) {
    for (uint64_t until = steps.load() + more; steps.load() < until;)
      std::this_thread::yield();
  }
};

class GraphMutator {
public:
  GraphMutator(World &world, unsigned number) : world_(world), number_(number), random_(number) {
    for (uintptr_t &local : locals_)
      local = ~uintptr_t{0};
  }

  void run() {
    for (unsigned answered = 0; !world_.done.load();) {
      for (int i = 0; i < 20 && !world_.still.load(); ++i)
        step();
      world_.steps.fetch_add(20);
      if (unsigned now = world_.handshake.load(); now != answered) {
        answer(now);
        answered = now;
        world_.answers.fetch_add(1);
      }
      if (random_() % 16 == 0) {
        Mutator &self = current_mutator();
        RuntimeScope scope(self);
        mark_for(Participant::Assist, now_ns() + 20'000, 1 << 14);
      }
      if (random_() % 64 == 0)
        std::this_thread::yield();
    }
    for (size_t i = 0; i < kLocals; ++i)
      world_.results[number_ * kLocals + i] = ~locals_[i];
  }

private:
  enum : unsigned { BarrierHandshake = 1, ScanHandshake = 3 };

  // Two handshakes turn the barrier on, the third scans the "stack", and allocation is black from then on;
  // the others flush.
  void answer(unsigned handshake) {
    Mutator &self = current_mutator();
    RuntimeScope scope(self);
    barrier_ |= handshake == BarrierHandshake;
    if (handshake == ScanHandshake) {
      uintptr_t words[kLocals];
      for (size_t i = 0; i < kLocals; ++i)
        words[i] = ~locals_[i];
      log_words(words, kLocals);
      black_ = true;
    }
    barrier_flush(self);
  }

  uintptr_t *any_node() {
    uintptr_t local = ~locals_[random_() % kChanging];
    return reinterpret_cast<uintptr_t *>(local);
  }
  // Of something that is held, or a few steps below some root.
  uintptr_t *any_slot() {
    if (uintptr_t *node = random_() % 4 == 0 ? any_node() : nullptr)
      return node + random_() % kNodeWords;
    uintptr_t *slot = &world_.roots[random_() % kRoots];
    for (size_t depth = random_() % 4; depth > 0; --depth)
      if (uintptr_t word = load_racing(slot))
        slot = reinterpret_cast<uintptr_t *>(word) + random_() % 3 * 2;
    return slot;
  }

  void store(uintptr_t *slot, uintptr_t value) {
    if (barrier_) {
      Mutator &self = current_mutator();
      RuntimeScope scope(self);
      barrier_remember_store(self, load_racing(slot), value);
    }
    store_racing(slot, value);
  }

  void step() {
    uintptr_t &local = locals_[random_() % kChanging];
    switch (random_() % 16) {
    case 0: { // a new node
      uintptr_t *node = make(kNodeWords * 8 + random_() % 3 * 64);
      if (black_)
        mark_object(object_of(node));
      store(node + random_() % kNodeWords, word_of(any_node()));
      local = ~word_of(node);
      break;
    }
    case 1: // puts something where nothing is
      if (uintptr_t *slot = any_slot(); load_racing(slot) == 0)
        store(slot, word_of(any_node()));
      break;
    case 2: // puts something elsewhere
      store(any_slot(), word_of(any_node()));
      break;
    case 3: // cuts a subtree off and keeps it
    case 4:
    case 5: {
      uintptr_t *slot = any_slot();
      if (uintptr_t word = load_racing(slot)) {
        local = ~word;
        store(slot, 0);
        if (kept_ < (black_ ? kLocals : kChanging + kKeptBefore))
          locals_[kept_++] = ~word;
      }
      break;
    }
    default: // goes down
      if (uintptr_t word = load_racing(any_slot()))
        local = ~word;
    }
  }

  World &world_;
  const unsigned number_;
  std::mt19937 random_;
  uintptr_t locals_[kLocals]; // inverted
  size_t kept_ = kChanging;
  bool barrier_ = false;
  bool black_ = false;
};

void handshake(World &world, unsigned threads) {
  world.answers.store(0);
  world.handshake.fetch_add(1);
  while (world.answers.load() != threads)
    std::this_thread::yield();
}

// The thread that plays the collector is a mutator, too: its frames may have what it made the graph with.
[[gnu::noinline]] void log_own_stack() {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  LogAppender log;
  walk_stack(self.context, log.sink());
}

enum class Changes : uint8_t {
  Few,  // what barriers have seen is still in the mutators' buffers when marking is nearly done
  Many, // buffers fill up again and again
};

// A cycle from the scan to the end of marking. Returns the rounds of termination.
unsigned mark_while_they_run(World &world, unsigned threads, Changes changes) {
  world.let_run(300);
  for (int i = 0; i < 3; ++i)
    handshake(world, threads);
  log_own_stack();
  pause_marking();
  begin_marking();
  // However fast the markers are, the graph changes a good deal before they are done.
  for (int i = 0; i < (changes == Changes::Few ? 1 : 40); ++i) {
    world.let_run(200);
    resume_marking();
    wait_until_quiet(20'000);
    pause_marking();
  }
  world.still.store(changes == Changes::Few);
  resume_marking();
  for (unsigned rounds = 1;; ++rounds) {
    uint64_t found = barrier_white_finds();
    EXPECT_TRUE(wait_until_quiet(20'000'000'000));
    handshake(world, threads);
    EXPECT_TRUE(wait_until_quiet(20'000'000'000));
    if (barrier_white_finds() == found)
      return rounds;
  }
}

// A tree below each root: what is cut off is reachable by nothing else.
void fill_graph(World &world) {
  constexpr size_t kNodes = 60, kChildren = 3;
  for (size_t root = 0; root < kRoots; ++root) {
    Hidden nodes;
    for (size_t i = 0; i < kNodes; ++i) {
      nodes.add(make(kNodeWords * 8));
      if (i > 0)
        nodes[(i - 1) / kChildren][(i - 1) % kChildren * 2] = word_of(nodes[i]);
    }
    world.roots[root] = word_of(nodes[0]);
  }
}

[[gnu::noinline]] void one_cycle(unsigned threads, Changes changes) {
  World world(threads);
  fill_graph(world);
  prepare_cycle();
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i)
    running.emplace_back([&world, i] { GraphMutator(world, i).run(); });
  set_departing_roots(DepartingRoots::Logged);
  mark_while_they_run(world, threads, changes);
  MarkSummary summary = end_marking();
  EXPECT_GT(summary.counts.objects, 0u);
  EXPECT_LE(summary.counts.worker_bytes + summary.counts.assist_bytes,
            summary.counts.scanned_bytes);
  world.done.store(true);
  for (std::thread &thread : running)
    thread.join();
  EXPECT_EQ(barrier_discard_log(), 0u) << "a word was logged late that is not marked";
  set_departing_roots(DepartingRoots::Forgotten);
  check_marks();
  with_world_stopped([] {
    sweep_begin();
    sweep_open();
  });
  sweep_finish();
}

class MutatorGraph : public testing::TestWithParam<unsigned> {};

TEST_P(MutatorGraph, IsMarkedWholly) {
  unsigned workers = GetParam();
  in_child([&] {
    start_background_workers({workers > 2 ? workers - 2 : 1, workers > 1 ? 500u : 0u, workers > 2});
    EXPECT_EQ(background_workers(), workers);
    for (unsigned cycle = 0; cycle < 8; ++cycle)
      one_cycle(1 + cycle % 4, cycle % 2 ? Changes::Many : Changes::Few);
  });
}

INSTANTIATE_TEST_SUITE_P(Workers, MutatorGraph, testing::Values(1u, 2u, 4u, 8u));

//===--- Termination ----------------------------------------------------------------------------===//

// Small graphs, so that nearly all of each marking is its end.
TEST(Quiet, IsSaidOnceEverythingIsMarked) {
  in_child([] {
    start_background_workers({4, 0, 0});
    constexpr size_t kChain = 40;
    Roots roots(1);
    Hidden chain;
    for (size_t i = 0; i < kChain; ++i) {
      chain.add(make(16));
      if (i > 0)
        chain[i - 1][0] = word_of(chain[i]);
    }
    roots[0] = word_of(chain[0]);
    Hidden logged;
    logged.add(make(16));
    prepare_cycle();
    for (int round = 0; round < 5000; ++round) {
      clear_marks();
      begin_marking();
      if (round % 3 == 0) {
        uintptr_t word = word_of(logged[0]);
        log_words(&word, 1);
      }
      ASSERT_TRUE(wait_until_quiet(20'000'000'000));
      for (size_t i = 0; i < kChain; ++i)
        ASSERT_TRUE(marked(chain[i])) << i << " in round " << round;
      ASSERT_EQ(marked(logged[0]), round % 3 == 0);
      end_marking();
    }
  });
}

// What a slice holds is in no list; only the slice itself says that there is something.
TEST(Quiet, IsNotSaidWhileASliceIsInProgress) {
  constexpr size_t kWords = size_t{2} << 20;
  Hidden hidden;
  hidden.add(make(kWords * 8));
  hidden.add(make(16));
  hidden[0][kWords - 1] = word_of(hidden[1]);
  for (int round = 0; round < 10; ++round) {
    prepare_cycle();
    begin_marking();
    mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX);
    ASSERT_TRUE(is_quiet());
    ASSERT_FALSE(marked(hidden[1]));
    uintptr_t word = word_of(hidden[0]);
    log_words(&word, 1); // and nothing else is to be done
    std::thread marker([] { mark_for(Participant::Collector, UINT64_MAX, UINT64_MAX); });
    while (!is_quiet()) {
    }
    EXPECT_TRUE(marked(hidden[1])) << "the last word of the object";
    marker.join();
    end_marking();
  }
}

//===--- Rest -----------------------------------------------------------------------------------===//

TEST(Rest, NobodyMarksWhileMarkingIsPaused) {
  in_child([] {
    start_background_workers({3, 0, 0});
    Roots roots(1);
    roots[0] = word_of(make(size_t{64} << 20));
    prepare_cycle();
    begin_marking();
    unsigned pauses = 0;
    while (!is_quiet()) {
      pause_marking();
      MarkCounts before = marking_counts();
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      EXPECT_EQ(marking_counts().scanned_bytes, before.scanned_bytes);
      ++pauses;
      resume_marking();
      wait_until_quiet(100'000);
    }
    EXPECT_GE(pauses, 1u);
    MarkSummary summary = end_marking();
    EXPECT_LE(summary.counts.scanned_bytes, summary.counts.traced_bytes + summary.counts.bytes);
  });
}

} // namespace
} // namespace tricolor::rt
