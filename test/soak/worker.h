//===- test/soak/worker.h - A thread of the soak, and what it does ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A worker lies in its thread's frame and keeps what is private to it: in pointers, in collected arrays, in containers
// of operator new. A step is one activity, chosen at random. Nobody else looks at a worker; what is shared is shared
// by locks and atomics in globals and collected objects.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SOAK_WORKER_H
#define TRICOLOR_TEST_SOAK_WORKER_H

#include "records.h"

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <pthread.h>
#include <vector>

namespace soak {

inline constexpr unsigned kMostThreads = 64;

/// xorshift64*.
class Random {
public:
  explicit Random(uint64_t seed) : state_(mixed(seed + 1) | 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1d;
  }
  unsigned below(unsigned limit) { return static_cast<unsigned>((next() >> 32) * limit >> 32); }
  bool one_in(unsigned count) { return below(count) == 0; }

private:
  uint64_t state_;
};

/// An object that is found by a weak reference, and is sure to be there while `strong` is set.
struct WeakPlace {
  tricolor::weak<Counted> weak;
  Counted *strong = nullptr;
  uint64_t number = 0;
  bool seen_gone = false;
};

struct Worker {
  static constexpr unsigned kTrees = 8, kKeys = 4096, kWeak = 64;

  Worker(unsigned index, unsigned threads, uint64_t seed);
  Worker(const Worker &) = delete;
  Worker &operator=(const Worker &) = delete;

  unsigned index, threads;
  Random random;
  uint64_t numbers; ///< the next number that no object of the process has

  Record *trees[kTrees] = {};
  uint64_t tree_numbers[kTrees] = {};
  unsigned tree_depths[kTrees] = {};
  std::map<uint64_t, Record *> records;     ///< by number
  std::deque<std::function<void()>> checks; ///< closures that hold records
  std::vector<std::exception_ptr> exceptions;
  uint32_t versions[kKeys] =
      {};                      ///< of the keys in the shared map that are this worker's; 0: absent
  WeakPlace *places = nullptr; ///< a collected array
  tricolor::weak_map<Counted, Record> notes;            ///< of what is in `places`
  uint64_t sent[kMostThreads] = {};                     ///< messages, by receiver
  uint64_t received[kMostThreads] = {};                 ///< by sender
  std::vector<std::pair<pthread_t, uint64_t>> children; ///< threads to be joined
  uint64_t last_fork = 0;                               ///< seconds since the start

  /// `count` numbers that nobody else uses.
  uint64_t reserve(unsigned count) {
    uint64_t number = numbers;
    numbers += count;
    return number;
  }
  void step();
  /// Joins what it has started.
  void finish();
};

// Alone (private_activities.cpp).
void grow_tree(Worker &);
void fill_containers(Worker &);
void fill_locals(Worker &);
void throw_records(Worker &);
void sort_records(Worker &);
void use_large_array(Worker &);
void move_words(Worker &);
void require_tree(const Record *tree, uint64_t number, unsigned depth, const char *where);

// Together (shared_activities.cpp).
void prepare_shared(unsigned threads);
void use_map(Worker &);
void publish(Worker &);
void push_and_pop(Worker &);
void send_and_receive(Worker &);
void require_published();
/// When all workers are gone: what is shared must be what their counts say. Then it is dropped.
void settle_shared();

// Beginnings and ends (lifetimes.cpp).
void use_weak(Worker &);
void use_finalizers(Worker &);
void start_threads(Worker &);
void fork_child(Worker &, uint64_t seconds);
void block(Worker &);
void join_children(Worker &, size_t most);
void drop_revived();
/// Until threads that nobody joins have ended.
void await_detached();

/// Since the program began.
uint64_t seconds_so_far();

} // namespace soak

#endif // TRICOLOR_TEST_SOAK_WORKER_H
