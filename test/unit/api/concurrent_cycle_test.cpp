//===- test/unit/api/concurrent_cycle_test.cpp - Cycles beside mutators that do everything ----===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The whole collector at work, as it is, and with delays at every step of its protocols, in each mode (the entries
// `unit-api-hybrid`, ... of ctest): threads that come, go, block and wait change trees, hand them to each other,
// delete, hold weakly and let go, while the collector's thread runs one cycle after the other with background
// workers, assists, sweepers and finalizers. It is the test that the thread sanitizer looks for races of the
// cycle in; without a sanitizer it checks that nothing was freed too early, and that everything did take part.
//
// A tree belongs to one thread at a time. What is written in a tree beside references says what the references
// must lead to, so a cell that was freed and used again is found by whoever comes by.
//
// The test is not compiled with the plugin. Its frames have no maps and are scanned conservatively, a signal may
// stop it between any two instructions, and so each store is, barrier and all, in state Runtime.
//
//===------------------------------------------------------------------------------------------===//

#include "collector/configuration.h"
#include "collector/cycle.h"
#include "mark/barrier_log.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <pthread.h>
#include <random>
#include <thread>
#include <time.h>
#include <vector>

namespace tricolor::rt {
namespace {

constexpr unsigned kChurners = 4;
constexpr size_t kHeld = 8;
constexpr size_t kMailboxes = 16;
// More: longer markings, so that more of what the threads do falls into them, and a slower test.
constexpr unsigned kCellsOfATree = 400;
constexpr uint64_t kCycles = 40;

// What a cell is.
enum CellFlags : uint64_t {
  Weakly = 1,    // a weak reference or a weak map knows it: never deleted
  Finalized = 2, // has a finalizer
};

struct Cell {
  Cell *next[2];
  uint64_t *payload;    // its first word is the serial, its last one the inverse
  uint64_t expected[2]; // serials of `next`
  uint64_t serial;      // of this one; constant, as are those below
  uint64_t inverse;     // ~serial
  uint64_t payload_words;
  uint64_t flags; // the owner's
};

const uint64_t kCellProgram[] = {TRICOLOR_OP_WORDS | 3 << 8, 0b111, 0, TRICOLOR_OP_END};

tricolor_type g_cell = {.abi_version = TRICOLOR_ABI_VERSION,
                        .flags = TRICOLOR_TYPE_FILLED,
                        .size = sizeof(Cell),
                        .align = alignof(Cell),
                        .program_words = 4,
                        .program = kCellProgram,
                        .name = "Cell",
                        .destroy = nullptr,
                        .index = 0,
                        .run = 0};

// What has gone wrong, and what has been done.
struct Tally {
  std::atomic<uint64_t> broken{0}; // cells that are not what they should be
  std::atomic<uint64_t> serials{0};
  std::atomic<uint64_t> to_be_finalized{0}, finalized{0}, deleted_before{0};
  std::atomic<uint64_t> weak_found{0}, weak_null{0}, map_found{0}, sent{0}, deleted{0};
  std::atomic<uint64_t> threads{0};
};
Tally g_tally;

//===--- What compiled code does ----------------------------------------------------------------===//

void poll() {
  if (__atomic_load_n(&tricolor_control.poll, __ATOMIC_RELAXED))
    tricolor_poll();
}

uintptr_t word_of(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }

void store(Cell *&slot, Cell *value) {
  RuntimeScope no_answer_between(current_mutator());
  if (barrier_is_on())
    tricolor_write_barrier(&slot, word_of(value));
  slot = value;
}

Cell *exchange(std::atomic<Cell *> &slot, Cell *value) {
  RuntimeScope no_answer_between(current_mutator());
  if (barrier_is_on())
    tricolor_write_barrier(&slot, word_of(value));
  return slot.exchange(value);
}

void copy(Cell **to, Cell *const *from, size_t count) {
  RuntimeScope no_answer_between(current_mutator());
  if (barrier_is_on())
    tricolor_bulk_barrier(to, from, count * sizeof(Cell *));
  std::copy(from, from + count, to);
}

//===--- Cells ----------------------------------------------------------------------------------===//

bool is_good(const Cell *cell) {
  return cell->serial != 0 && cell->inverse == ~cell->serial && cell->payload[0] == cell->serial &&
         cell->payload[cell->payload_words - 1] == ~cell->serial;
}

void check(const Cell *cell) {
  if (!is_good(cell))
    ++g_tally.broken;
}

void check_edge(const Cell *cell, unsigned side) {
  const Cell *next = cell->next[side];
  if (next ? next->serial != cell->expected[side] : cell->expected[side] != 0)
    ++g_tally.broken;
}

void check_tree(const Cell *cell) {
  check(cell);
  for (unsigned side : {0, 1}) {
    check_edge(cell, side);
    if (cell->next[side])
      check_tree(cell->next[side]);
  }
}

// The dead: the owner's writes must be visible here, and all that the cell reaches must be there.
void finalize(void *raw) {
  ++g_tally.finalized;
  check_tree(static_cast<Cell *>(raw));
}

// Traced memory that all threads know.
struct Shared {
  // Through which they hand trees to each other: half of it in traced memory, half in a collected object.
  std::atomic<Cell *> *traced_mail;
  std::atomic<Cell *> *collected_mail;
  void *weak_map;
  std::atomic<Cell *> &mailbox(size_t i) {
    return i % 2 ? traced_mail[i / 2] : collected_mail[i / 2];
  }
};
Shared *g_shared;

// Trees that wait under a lock, in an array that moves.
class Shelf {
public:
  void put(Cell *tree) {
    std::lock_guard guard(lock_);
    if (count_ == capacity_)
      grow();
    store(slots_[count_++], tree);
  }
  Cell *take() {
    std::lock_guard guard(lock_);
    if (count_ == 0)
      return nullptr;
    Cell *tree = slots_[--count_];
    store(slots_[count_], nullptr);
    return tree;
  }
  void clear() {
    std::lock_guard guard(lock_);
    delete[] slots_;
    slots_ = nullptr;
    count_ = capacity_ = 0;
  }

private:
  void grow() {
    capacity_ = count_ * 2 + 4;
    auto **larger = new Cell *[capacity_]();
    copy(larger, slots_, count_);
    delete[] slots_; // a root that goes
    slots_ = larger;
  }

  std::mutex lock_;
  Cell **slots_ = nullptr;
  size_t count_ = 0, capacity_ = 0;
};
Shelf g_shelf;

//===--- A thread -------------------------------------------------------------------------------===//

// On the stack of its thread: `held_` is where the thread's trees are.
class Churner {
public:
  explicit Churner(uint64_t seed) : random_(static_cast<unsigned>(seed)) {}

  void plant(Cell *&tree) {
    tree = new_cell();
    for (unsigned i = 1; i < kCellsOfATree; ++i)
      insert(place_below(tree), new_cell());
  }
  void plant_all() {
    for (Cell *&tree : held_)
      plant(tree);
  }
  void hold(Cell *tree) { held_[0] = tree; }
  Cell *give() { return held_[0]; }
  void check_all() {
    for (Cell *tree : held_)
      if (tree)
        check_tree(tree);
  }

  void step() {
    poll();
    Cell *&tree = held_[below(kHeld)];
    if (!tree)
      return plant(tree);
    switch (below(24)) {
    case 0: // somebody else's for one of mine
      ++g_tally.sent;
      tree = exchange(g_shared->mailbox(below(kMailboxes)), tree);
      break;
    case 1:
      ++g_tally.sent;
      g_shelf.put(tree);
      tree = g_shelf.take();
      break;
    case 2: // a tree dies
      if (below(4) == 0)
        tree = nullptr;
      break;
    case 3:
      remove(place_below(tree));
      break;
    case 4:
      hold_weakly(tree);
      break;
    case 5:
      look_weakly();
      break;
    case 6:
      use_map(tree);
      break;
    case 7:
      if (below(16) == 0)
        block();
      break;
    case 8:
      take_apart(tree);
      break;
    case 9:
      std::this_thread::yield();
      break;
    default: // a subtree is for a moment nowhere but on the stack
      move(place_below(tree));
    }
  }

private:
  // A slot of a cell.
  struct Place {
    Cell *parent;
    unsigned side;
    Cell *&slot() const { return parent->next[side]; }
  };

  size_t below(size_t limit) { return random_() % limit; }

  Cell *new_cell() {
    // Mostly small; some are large objects.
    size_t words = below(512) == 0 ? 20'000 : 2 + below(64);
    auto *payload = static_cast<uint64_t *>(tricolor_new_noscan(words * sizeof(uint64_t)));
    auto *cell = static_cast<Cell *>(tricolor_new(&g_cell));
    uint64_t serial = ++g_tally.serials;
    payload[0] = cell->serial = serial;
    payload[words - 1] = cell->inverse = ~serial;
    cell->payload_words = words;
    {
      RuntimeScope no_answer_between(current_mutator());
      if (barrier_is_on())
        tricolor_write_barrier(&cell->payload, word_of(payload));
      cell->payload = payload;
    }
    if (below(32) == 0) {
      cell->flags = Finalized;
      ++g_tally.to_be_finalized;
      tricolor_add_finalizer(cell, finalize);
    }
    return cell;
  }

  // A slot somewhere in the tree, often an empty one. Checks what it passes.
  Place place_below(Cell *tree) {
    for (Cell *at = tree;;) {
      check(at);
      auto side = static_cast<unsigned>(below(2));
      check_edge(at, side);
      Cell *next = at->next[side];
      if (!next || below(16) == 0)
        return {at, side};
      at = next;
    }
  }

  void attach(Place place, Cell *tree) {
    store(place.slot(), tree);
    place.parent->expected[place.side] = tree ? tree->serial : 0;
  }
  Cell *cut(Place place) {
    Cell *tree = place.slot();
    attach(place, nullptr);
    return tree;
  }
  // A new cell, with what was at the place below it.
  void insert(Place place, Cell *cell) {
    attach({cell, 0}, place.slot());
    attach(place, cell);
  }

  // Cuts a subtree off, does what may be a safepoint, and puts it elsewhere.
  void move(Place from) {
    Cell *tree = cut(from);
    if (below(4) == 0)
      poll();
    Cell *cell = new_cell();
    if (tree) {
      attach({cell, 1}, tree);
      if (below(2) == 0)
        attach({cell, 1}, prune(cell->next[1]));
    }
    Cell *&other = held_[below(kHeld)];
    if (other)
      insert(place_below(other), cell);
    else
      other = cell;
  }
  // The subtree without one of the halves below it.
  Cell *prune(Cell *tree) {
    cut({tree, static_cast<unsigned>(below(2))});
    return tree;
  }

  // Deletes a leaf, if nobody may look at it any more.
  void remove(Place place) {
    Cell *cell = place.slot();
    if (!cell || cell->next[0] || cell->next[1] || (cell->flags & Weakly))
      return;
    cut(place);
    if (cell->flags & Finalized)
      ++g_tally.deleted_before;
    ++g_tally.deleted;
    if (below(2) == 0)
      tricolor_delete(cell->payload);
    tricolor_delete(cell);
  }

  void hold_weakly(Cell *cell) {
    cell->flags |= Weakly;
    size_t i = below(kHeld);
    weak_[i] = tricolor_weak_new(cell);
    weak_serials_[i] = cell->serial;
  }
  // The target may be another thread's by now: what is constant in it is all that may be read.
  void look_weakly() {
    size_t i = below(kHeld);
    if (!weak_[i])
      return;
    auto *cell = static_cast<const Cell *>(tricolor_weak_get(weak_[i]));
    ++(cell ? g_tally.weak_found : g_tally.weak_null);
    if (cell && (cell->serial != weak_serials_[i] || !is_good(cell)))
      ++g_tally.broken;
    if (!cell)
      weak_[i] = nullptr;
  }

  // The value of a key is an object that nothing else refers to, with the key's serial.
  void use_map(Cell *key) {
    void *value = nullptr;
    if (tricolor_weak_map_get(g_shared->weak_map, key, &value)) {
      ++g_tally.map_found;
      if (*static_cast<uint64_t *>(value) != key->serial)
        ++g_tally.broken;
      if (below(2) == 0)
        tricolor_weak_map_remove(g_shared->weak_map, key);
      return;
    }
    key->flags |= Weakly;
    auto *number = static_cast<uint64_t *>(tricolor_new_noscan(sizeof(uint64_t)));
    *number = key->serial;
    tricolor_weak_map_set(g_shared->weak_map, key, number);
  }

  // Out of the collector's way, as a region and as a system call.
  void block() {
    auto sleep = [](void *) {
      timespec time = {0, 200'000};
      nanosleep(&time, nullptr);
    };
    if (below(2) == 0)
      tricolor_blocking_region(sleep, nullptr);
    else
      sleep(nullptr);
  }

  // Subtrees go to arrays of traced memory and come back; the array goes.
  void take_apart(Cell *tree) {
    auto **parts = new Cell *[2]();
    for (unsigned side : {0, 1})
      store(parts[side], cut({tree, side}));
    poll();
    for (unsigned side : {0, 1})
      attach({tree, side}, parts[1 - side]);
    delete[] parts;
  }

  std::minstd_rand random_;
  Cell *held_[kHeld] = {};
  void *weak_[kHeld] = {};
  uint64_t weak_serials_[kHeld] = {};
};

std::atomic<bool> g_done{false};

void churn(uint64_t seed) {
  ++g_tally.threads;
  Churner churner(seed);
  churner.plant_all();
  while (!g_done)
    for (unsigned i = 0; i < 100; ++i)
      churner.step();
  churner.check_all();
}

// A short life: what it is given and what it returns is nowhere else.
void *live_shortly(void *raw) {
  ++g_tally.threads;
  auto *tree = static_cast<Cell *>(raw);
  Churner churner(tree->serial);
  churner.hold(tree);
  for (unsigned i = 0; i < 50; ++i)
    churner.step();
  churner.check_all();
  return churner.give();
}

//===--- The test -------------------------------------------------------------------------------===//

struct Totals {
  std::atomic<uint64_t> cycles, worker_bytes, assist_bytes, rounds;
};
Totals g_totals;
CycleObserver g_next_observer;

void observe(const CycleRecord &record) {
  g_totals.worker_bytes += record.counts.worker_bytes;
  g_totals.assist_bytes += record.counts.assist_bytes;
  g_totals.rounds += record.rounds;
  ++g_totals.cycles;
  g_next_observer(record);
}

// The main thread's part: short-lived threads, and cycles that are asked for beside those that come by themselves.
[[gnu::noinline]] void make_threads_and_collect() {
  Cell *tree = nullptr;
  for (uint64_t round = 0; g_totals.cycles < kCycles; ++round) {
    if (!tree)
      Churner(round).plant(tree);
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, nullptr, live_shortly, tree), 0);
    tree = nullptr;
    if (round % 2)
      tricolor_collect();
    void *result;
    ASSERT_EQ(pthread_join(thread, &result), 0);
    tree = static_cast<Cell *>(result);
  }
}

[[gnu::noinline]] void run_everything() {
  // Before there is a cycle that could run meanwhile.
  g_shared = new Shared;
  g_shared->traced_mail = new std::atomic<Cell *>[kMailboxes / 2]();
  g_shared->collected_mail = static_cast<std::atomic<Cell *> *>(
      tricolor_new_conservative(kMailboxes / 2 * sizeof(Cell *)));
  g_shared->weak_map = tricolor_weak_map_new();
  std::vector<std::thread> churners;
  for (unsigned i = 0; i < kChurners; ++i)
    churners.emplace_back(churn, 1000 + i);
  make_threads_and_collect();
  g_done = true;
  for (std::thread &thread : churners)
    thread.join();
  g_shelf.clear();
  delete[] g_shared->traced_mail;
  delete g_shared;
}

[[gnu::noinline]] void wipe_stack() {
  volatile char space[65536];
  for (volatile char &byte : space)
    byte = 0;
}

TEST(ConcurrentCycle, NothingIsLostWhileEverythingHappens) {
  tricolor_collect(); // who runs cycles is there
  g_next_observer = set_cycle_observer(observe);
  int percent = tricolor_set_gc_percent(50); // so that some cycles cannot keep up without assists
  uint64_t white = barrier_white_finds();
  run_everything();
  tricolor_set_gc_percent(percent);
  wipe_stack();
  for (int i = 0; i < 3; ++i) { // a finalizer gives its object another cycle
    tricolor_collect();
    tricolor_run_finalizers();
  }
  set_cycle_observer(g_next_observer);

  EXPECT_EQ(g_tally.broken, 0u);
  EXPECT_GE(g_totals.cycles, kCycles);
  EXPECT_GT(g_tally.threads, kChurners);
  // Finalizers run once each; a few objects may be kept by words on stacks.
  EXPECT_GT(g_tally.finalized, 0u);
  EXPECT_LE(g_tally.finalized, g_tally.to_be_finalized - g_tally.deleted_before);
  for (const auto *count : {&g_tally.sent, &g_tally.deleted, &g_tally.weak_found,
                            &g_tally.weak_null, &g_tally.map_found})
    EXPECT_GT(*count, 0u);
  if (configuration().collector_mode() == CollectorMode::Stw)
    return;
  EXPECT_GT(g_totals.worker_bytes, 0u);
  EXPECT_GT(g_totals.assist_bytes, 0u);
  EXPECT_GE(g_totals.rounds, kCycles);
  EXPECT_GT(barrier_white_finds(), white) << "no barrier has seen anything that only it knew";
}

} // namespace
} // namespace tricolor::rt
