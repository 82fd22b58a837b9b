//===- test/soak/soak.cpp - Threads that check everything they reach, for as long as is asked ------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   soak --minutes 30 --threads 8 --seed 1
//
// Threads do everything that programs do with collected objects (worker.h), at random. Every object that is reached is
// checked, and at the end, when all is dropped, every object with a destructor must have been destroyed once. The
// first mismatch ends the program. So does a thread that makes no step for --stall seconds. --lose hides an object from
// the collector, to see that it is missed. test/soak/soak.py runs the program under several options of the collector.
//
//===------------------------------------------------------------------------------------------===//

#include "worker.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace soak {

namespace {
struct alignas(64) Progress {
  std::atomic<uint64_t> steps{0};
  std::atomic<const char *> activity{"nothing"};
};

struct Activity {
  const char *name;
  void (*run)(Worker &);
  unsigned weight; // more: more often, of the sum of all
};
} // namespace

static Progress progress[kMostThreads];
static std::atomic<bool> over;
static thread_local unsigned this_worker = kMostThreads;
static uint64_t the_seed;
static const auto begin = std::chrono::steady_clock::now();

uint64_t seconds_so_far() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin)
          .count());
}

void fail(const char *what, uint64_t detail, const void *where) {
  const char *activity = this_worker < kMostThreads ? progress[this_worker].activity.load() : "-";
  std::fprintf(stderr,
               "soak: FAILED: %s (%" PRIu64
               ", at %p) in process %d, worker %u at %s, second %" PRIu64 ", seed %" PRIu64 "\n",
               what, detail, where, static_cast<int>(getpid()), this_worker, activity,
               seconds_so_far(), the_seed);
  std::abort();
}

static const Activity kActivities[] = {
    {"grow_tree", grow_tree, 100},
    {"fill_containers", fill_containers, 40},
    {"fill_locals", fill_locals, 150},
    {"throw_records", throw_records, 40},
    {"sort_records", sort_records, 30},
    {"use_large_array", use_large_array, 4},
    {"move_words", move_words, 80},
    {"use_map", use_map, 300},
    {"publish", publish, 300},
    {"push_and_pop", push_and_pop, 150},
    {"send_and_receive", send_and_receive, 150},
    {"use_weak", use_weak, 150},
    {"use_finalizers", use_finalizers, 100},
    {"start_threads", start_threads, 5},
    {"block", block, 5},
    {"fork_child", [](Worker &worker) { fork_child(worker, seconds_so_far()); }, 1},
    {"collect",
     [](Worker &) {
       ++ledger.collected;
       tricolor::collect();
     },
     1},
};

Worker::Worker(unsigned index, unsigned threads, uint64_t seed)
    : index(index), threads(threads), random(seed * kMostThreads + index),
      numbers(static_cast<uint64_t>(index + 1) << 40) {}

void Worker::step() {
  static const unsigned sum = [] {
    unsigned all = 0;
    for (const Activity &activity : kActivities)
      all += activity.weight;
    return all;
  }();
  unsigned chosen = random.below(sum);
  for (const Activity &activity : kActivities) {
    if (chosen < activity.weight) {
      progress[index].activity = activity.name;
      activity.run(*this);
      break;
    }
    chosen -= activity.weight;
  }
}

void Worker::finish() {
  join_children(*this, 0);
  for (unsigned i = 0; i < kTrees; ++i)
    require_tree(trees[i], tree_numbers[i], tree_depths[i], "a tree has changed at the end");
  for (auto &[number, record] : records)
    require_family(record, number, "a map's record has changed at the end");
  for (auto &check : checks)
    check();
}

static void work(unsigned index, unsigned threads, uint64_t seed) {
  this_worker = index;
  Worker worker(index, threads, seed);
  while (!over) {
    worker.step();
    progress[index].steps.fetch_add(1, std::memory_order_relaxed);
  }
  progress[index].activity = "finish";
  worker.finish();
}

[[gnu::noinline]] static uintptr_t hidden_family(uint64_t number) {
  uintptr_t hidden = ~reinterpret_cast<uintptr_t>(make_family(number));
  asm volatile("" : "+r"(hidden));
  return hidden;
}

// Aborts when a worker has not made a step for `stall` seconds.
static void watch(unsigned threads, uint64_t until, uint64_t stall) {
  std::vector<uint64_t> steps(threads), since(threads);
  for (uint64_t now = 0, said = 0; (now = seconds_so_far()) < until;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    for (unsigned i = 0; i < threads; ++i) {
      uint64_t current = progress[i].steps;
      if (current != steps[i]) {
        steps[i] = current;
        since[i] = now;
      }
      if (now - since[i] > stall) {
        this_worker = i;
        fail("a worker makes no steps", current);
      }
    }
    if (now >= said + 60) {
      said = now;
      std::fprintf(stderr,
                   "soak: %" PRIu64 " s, %" PRIu64 " cycles, %" PRIu64 " MiB, %" PRIu64
                   " of %" PRIu64 " destroyed\n",
                   now, tricolor::stats().collections, tricolor::stats().heap_sys_bytes >> 20,
                   ledger.destroyed.load(), ledger.made.load());
    }
  }
}

[[gnu::noinline]] static void run(unsigned threads, double minutes, uint64_t stall, bool lose) {
  prepare_shared(threads);
  uintptr_t hidden = lose ? hidden_family(1) : 0;
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back(work, i, threads, the_seed);
  watch(threads, static_cast<uint64_t>(minutes * 60), stall);
  if (lose)
    require_family(reinterpret_cast<Record *>(~hidden), 1, "the hidden object is gone");
  over = true;
  for (std::thread &worker : workers)
    worker.join();
  await_detached();
  settle_shared();
}

// Everything is dropped: cycles until each destructor, finalizer and cleanup has run. Revived objects take two more.
[[gnu::noinline]] static void settle() {
  for (int i = 0; i < 5; ++i) {
    drop_revived();
    tricolor::collect();
    tricolor::run_finalizers();
  }
  drop_revived();
}

} // namespace soak

int main(int argc, char **argv) {
  using namespace soak;
  double minutes = 30;
  unsigned threads = 8;
  uint64_t seed = 1, stall = 300;
  bool lose = false;
  CLI::App app("Threads that check everything they reach");
  app.add_option("--minutes", minutes, "how long; 0.1 is six seconds");
  app.add_option("--threads", threads, "that work")->check(CLI::Range(1u, kMostThreads));
  app.add_option("--seed", seed, "of what each thread does");
  app.add_option("--stall", stall, "seconds without a step that are a failure");
  app.add_flag("--lose", lose, "hide an object from the collector and miss it");
  CLI11_PARSE(app, argc, argv);
  the_seed = seed;
  run(threads, minutes, stall, lose);
  settle();
  require(ledger.made == ledger.destroyed, "destructors are missing, or ran twice",
          ledger.made - ledger.destroyed);
  require(ledger.finalizers == ledger.finalized, "finalizers are missing, or ran twice",
          ledger.finalizers - ledger.finalized);
  require(ledger.cleanups == ledger.cleaned, "cleanups are missing, or ran twice",
          ledger.cleanups - ledger.cleaned);
  uint64_t steps = 0, fewest = UINT64_MAX;
  for (unsigned i = 0; i < threads; ++i) {
    steps += progress[i].steps;
    fewest = std::min<uint64_t>(fewest, progress[i].steps);
  }
  require(fewest > 0, "a worker made no step");
  std::fprintf(stderr,
               "soak: %" PRIu64 " found and %" PRIu64 " gone by weak references, %" PRIu64
               " finalized, %" PRIu64 " revived, %" PRIu64 " cleaned, %" PRIu64 " popped, %" PRIu64
               " received, %" PRIu64 " thrown\n",
               ledger.found.load(), ledger.gone.load(), ledger.finalized.load(),
               ledger.revived.load(), ledger.cleaned.load(), ledger.popped.load(),
               ledger.received.load(), ledger.thrown.load());
  std::printf("soak: nothing lost: %" PRIu64 " s, %u threads, %" PRIu64 " steps, %" PRIu64
              " cycles, %" PRIu64 " destroyed, %" PRIu64 " threads begun, %" PRIu64 " forks\n",
              seconds_so_far(), threads, steps, tricolor::stats().collections,
              ledger.destroyed.load(), ledger.threads.load(), ledger.forks.load());
}
