//===- test/soak/lifetimes.cpp - Ends of objects, threads and processes ----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "worker.h"

#include <cerrno>
#include <mutex>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>

namespace soak {

//===--- Weak references -----------------------------------------------------------------------------===//

static void renew(Worker &worker, WeakPlace &place) {
  uint64_t number = worker.reserve(1);
  auto *object = new Counted(number);
  object->family = make_family(number * 8);
  place.weak = object;
  place.strong = object;
  place.number = number;
  place.seen_gone = false;
  auto *note = new Record(number * 8 + 5);
  note->first = object->family; // and the family refers to nothing that reaches the key
  worker.notes.set(object, note);
}

void use_weak(Worker &worker) {
  if (!worker.places)
    worker.places = tricolor::make_array<WeakPlace>(Worker::kWeak);
  WeakPlace &place = worker.places[worker.random.below(Worker::kWeak)];
  Counted *object = place.weak.get();
  require(!place.strong || object == place.strong, "a weak reference has lost a held object",
          place.number);
  require(!place.seen_gone || !object, "a weak reference gives what was dead", place.number);
  if (object) {
    ++ledger.found;
    require_counted(object, place.number, "a weak reference's object has changed");
    Record *note = worker.notes.get(object);
    require_record(note, place.number * 8 + 5, "a weak map has lost a value");
    require(note->first == object->family, "a weak map's value has changed", place.number);
    require(place.weak.get() == object, "a weak reference has lost a held object", place.number);
    tricolor::keep_alive(object);
  } else if (place.number) {
    ++ledger.gone;
    place.seen_gone = true;
  }
  switch (worker.random.below(4)) {
  case 0:
    renew(worker, place);
    break;
  case 1:
    place.strong = nullptr;
    break;
  case 2:
    place.strong = object; // back, if it is still there
    break;
  default: {
    WeakPlace copy = place;
    Counted *same = copy.weak.get();
    require(!object || same == object, "a copy of a weak reference has lost its object");
    tricolor::keep_alive(object);
  }
  }
}

//===--- Destructors, finalizers, cleanups ---------------------------------------------------------===//

static std::atomic<Counted *> revived[16];

static void finalize(Counted *object) {
  require_counted(object, object->number, "a finalizer's object is not whole");
  ++ledger.finalized;
  if (object->number % 3 == 0) {
    Counted *old = revived[object->number / 3 % 16].exchange(object);
    ++ledger.revived;
    if (old)
      require_counted(old, old->number, "a revived object has changed");
  }
}

static void clean(Record *argument) {
  require_record(argument, argument->number, "a cleanup's argument has changed");
  ++ledger.cleaned;
}

void drop_revived() {
  for (std::atomic<Counted *> &place : revived)
    if (Counted *object = place.exchange(nullptr))
      require_counted(object, object->number, "a revived object has changed");
}

void use_finalizers(Worker &worker) {
  uint64_t number = worker.reserve(1);
  auto *object = new Counted(number);
  object->family = make_family(number * 8);
  switch (worker.random.below(8)) {
  case 0:
    ++ledger.finalizers;
    tricolor::add_finalizer(object, finalize);
    break;
  case 1:
    ++ledger.cleanups;
    tricolor::add_cleanup(object, clean, new Record(worker.reserve(1)));
    break;
  case 2:
    ledger.finalizers += 2;
    tricolor::add_finalizer(
        &object->family, +[](Record **inner) {
          require_sealed(*inner, "a finalizer's part has changed");
          ++ledger.finalized;
        });
    tricolor::add_finalizer(object, finalize);
    break;
  case 3:
    delete object;
    return;
  case 4: { // several at once; the elements are destroyed with the array
    unsigned count = 1 + worker.random.below(6);
    struct Part {
      Counted part{0};
    };
    tricolor::make_array<Part>(count);
    break;
  }
  default:
    break;
  }
  require_counted(object, number, "a new object has changed");
  if (worker.random.one_in(500))
    tricolor::run_finalizers();
}

//===--- Threads -------------------------------------------------------------------------------------===//

static thread_local Record *own_record;
static std::atomic<uint64_t> detached;

// The argument is a family that nothing else refers to; the result a record that has it.
static void *short_life(void *argument) {
  auto *family = static_cast<Record *>(argument);
  uint64_t number = family->number;
  own_record = make_family(number + 3);
  Record *list = make_list(number + 6, 50);
  require_family(family, number, "a thread's argument has changed");
  auto *result = new Record(number + 60);
  result->first = family;
  require_list(list, number + 6, 50, "a short thread's list has changed");
  require_family(own_record, number + 3, "a thread_local has changed");
  if (number % 2)
    pthread_exit(result);
  return result;
}

void join_children(Worker &worker, size_t most) {
  while (worker.children.size() > most) {
    auto [thread, number] = worker.children.back();
    worker.children.pop_back();
    void *raw = nullptr;
    require(pthread_join(thread, &raw) == 0, "a thread cannot be joined");
    auto *result = static_cast<Record *>(raw);
    require_record(result, number + 60, "a thread's result has changed");
    require_family(result->first, number, "what a thread's result has has changed");
  }
}

void start_threads(Worker &worker) {
  uint64_t number = worker.reserve(64) + worker.random.below(2);
  ++ledger.threads;
  if (worker.random.one_in(3)) {
    ++detached;
    std::thread([family = make_family(number), number] {
      require_family(family, number, "a detached thread's family has changed");
      Record *list = make_list(number + 3, 40);
      require_published();
      require_list(list, number + 3, 40, "a detached thread's list has changed");
      --detached;
    }).detach();
  } else {
    pthread_t thread;
    require(pthread_create(&thread, nullptr, short_life, make_family(number)) == 0, "no thread");
    worker.children.emplace_back(thread, number);
  }
  join_children(worker, worker.random.below(4));
}

void await_detached() {
  while (detached)
    usleep(1000);
  usleep(100000); // their last instructions
}

//===--- Processes -----------------------------------------------------------------------------------===//

// Seconds between a worker's forks. Less: more forks, each of which copies what the parent writes meanwhile.
static constexpr uint64_t kForkEvery = 8;
// A child that takes longer hangs.
static constexpr unsigned kChildSeconds = 200;

static void require_trees(Worker &worker, const char *where) {
  for (unsigned i = 0; i < Worker::kTrees; ++i)
    require_tree(worker.trees[i], worker.tree_numbers[i], worker.tree_depths[i], where);
}

[[noreturn]] static void live_as_child(Worker &worker) {
  alarm(kChildSeconds);
  require_trees(worker, "a child's trees have changed");
  require_published();
  Record *list = make_list(worker.reserve(500), 500);
  for (int i = 0; i < 2; ++i) {
    tricolor::collect();
    require_trees(worker, "a child's trees have changed after a collection");
    for (auto &[number, record] : worker.records)
      require_family(record, number, "a child's map has changed");
  }
  require_published();
  require_list(list, worker.numbers - 500, 500, "a child's list has changed");
  _exit(0);
}

void fork_child(Worker &worker, uint64_t seconds) {
  if (seconds < worker.last_fork + kForkEvery)
    return;
  worker.last_fork = seconds + worker.random.below(3);
  ++ledger.forks;
  pid_t child = fork();
  require(child >= 0, "no process", static_cast<uint64_t>(errno));
  if (child == 0)
    live_as_child(worker);
  int status = -1;
  tricolor::blocking_region([&] {
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  });
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child failed; its status is",
          static_cast<uint64_t>(status));
  require_trees(worker, "the parent's trees have changed");
}

//===--- Waiting -------------------------------------------------------------------------------------===//

void block(Worker &worker) {
  uint64_t number = worker.reserve(3);
  Record *kept = make_family(number);
  timespec pause = {0, 1000 * static_cast<long>(worker.random.below(500))};
  if (worker.random.one_in(2))
    tricolor::blocking_region([&] { nanosleep(&pause, nullptr); });
  else
    nanosleep(&pause, nullptr);
  require_family(kept, number, "what was kept in a wait has changed");
}

} // namespace soak
