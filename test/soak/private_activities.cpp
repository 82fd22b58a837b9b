//===- test/soak/private_activities.cpp - What a worker does with its own objects ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "worker.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace soak {

// Garbage, in the places of whatever was freed too early.
[[gnu::noinline]] static void disturb(Worker &worker) {
  for (unsigned i = 0, end = worker.random.below(20); i < end; ++i)
    new Record(~worker.reserve(1));
}

//===--- Trees -----------------------------------------------------------------------------------===//

// Node n has n * 2 and n * 2 + 1 below it, counted from 1; numbers begin at `number`.
static Record *make_tree(uint64_t number, uint64_t place, unsigned depth) {
  auto *record = new Record(number + place);
  if (depth > 0) {
    record->first = make_tree(number, place * 2, depth - 1);
    record->second = make_tree(number, place * 2 + 1, depth - 1);
  }
  return record;
}

static void require_subtree(const Record *tree, uint64_t number, uint64_t place, unsigned depth,
                            const char *where) {
  require_record(tree, number + place, where);
  if (depth > 0) {
    require_subtree(tree->first, number, place * 2, depth - 1, where);
    require_subtree(tree->second, number, place * 2 + 1, depth - 1, where);
  } else {
    require(!tree->first && !tree->second, where, number + place, tree);
  }
}

void require_tree(const Record *tree, uint64_t number, unsigned depth, const char *where) {
  if (tree)
    require_subtree(tree, number, 1, depth, where);
}

void grow_tree(Worker &worker) {
  unsigned which = worker.random.below(Worker::kTrees);
  require_tree(worker.trees[which], worker.tree_numbers[which], worker.tree_depths[which],
               "a tree has changed");
  if (worker.random.one_in(3)) {
    unsigned depth = worker.random.one_in(20) ? 12 : worker.random.below(10);
    uint64_t number = worker.reserve(2u << depth);
    worker.trees[which] = make_tree(number, 1, depth);
    worker.tree_numbers[which] = number;
    worker.tree_depths[which] = depth;
  } else if (Record *tree = worker.trees[which]) {
    // A new subtree with the numbers of the old one, hung in from the top: only the heap refers to the rest.
    unsigned depth = worker.tree_depths[which];
    uint64_t place = 1;
    while (depth > 0 && !worker.random.one_in(4)) {
      --depth;
      bool right = worker.random.one_in(2);
      place = place * 2 + right;
      Record **child = right ? &tree->second : &tree->first;
      if (depth == 0 || worker.random.one_in(4)) {
        *child = make_tree(worker.tree_numbers[which], place, depth);
        break;
      }
      tree = *child;
    }
  }
}

//===--- Memory of operator new --------------------------------------------------------------------===//

void fill_containers(Worker &worker) {
  for (unsigned i = 0; i < 4; ++i) {
    uint64_t number = worker.reserve(3);
    worker.records[number] = make_family(number);
  }
  while (worker.records.size() > 400) {
    auto found = worker.records.lower_bound(worker.random.next() % worker.numbers);
    if (found == worker.records.end())
      found = worker.records.begin();
    require_family(found->second, found->first, "a map's record has changed");
    worker.records.erase(found);
  }
  uint64_t number = worker.reserve(5);
  Record *list = make_list(number, 5);
  worker.checks.emplace_back(
      [list, number] { require_list(list, number, 5, "a closure's list has changed"); });
  if (worker.checks.size() > 100) {
    worker.checks.front()();
    worker.checks.pop_front();
  }
  std::vector<Record *> vector;
  uint64_t numbers = worker.reserve(200);
  for (unsigned i = 0; i < 200; ++i)
    vector.push_back(new Record(numbers + i)); // moves from block to block
  std::vector<Record *> moved = std::move(vector);
  disturb(worker);
  for (unsigned i = 0; i < 200; ++i)
    require_record(moved[i], numbers + i, "a vector's record has changed");
}

//===--- Locals --------------------------------------------------------------------------------------===//

[[gnu::noinline]] static void through(const std::function<void()> &body) { body(); }
template <class Body> [[gnu::noinline]] static void directly(Body &&body) { body(); }

struct Pair {
  Record *left;
  long between;
  Record *right;
};

[[gnu::noinline]] static Pair make_pair(uint64_t number) {
  return {make_family(number), 17, make_family(number + 3)};
}

// What is stored by a reference, in places that the compiler may keep in registers and in places that it may not.
void fill_locals(Worker &worker) {
  Record *one = nullptr, *two = nullptr;
  Record *several[3] = {};
  Pair pair = {};
  uint64_t number = worker.reserve(20);
  through([&] {
    one = make_family(number);
    disturb(worker);
    two = make_family(number + 3);
  });
  directly([&] {
    for (unsigned i = 0; i < 3; ++i)
      several[i] = new Record(number + 6 + i);
    pair = make_pair(number + 9);
  });
  disturb(worker);
  require_family(one, number, "a local that a function filled has changed");
  through([&, kept = one] {
    std::swap(one, two);
    disturb(worker);
    require(two == kept, "a swap of locals has lost one");
  });
  if (worker.random.one_in(2))
    disturb(worker);
  require_family(two, number, "a swapped local has changed");
  require_family(one, number + 3, "a swapped local has changed");
  for (unsigned i = 0; i < 3; ++i)
    require_record(several[i], number + 6 + i, "an array of locals has changed");
  require_family(pair.left, number + 9, "a structure of locals has changed");
  require_family(pair.right, number + 12, "a structure of locals has changed");
}

//===--- Exceptions ----------------------------------------------------------------------------------===//

struct Carried {
  Record *record;
  uint64_t number;
};

[[gnu::noinline]] static void sink(Worker &worker, unsigned depth, Carried carried) {
  Record *own = new Record(carried.number + 1);
  own->first = carried.record;
  if (depth == 0) {
    ++ledger.thrown;
    throw carried;
  }
  try {
    sink(worker, depth - 1, carried);
  } catch (Carried &caught) {
    disturb(worker);
    require_family(caught.record, caught.number, "a caught record has changed");
    require_record(own, caught.number + 1, "a catching frame has lost its record");
    require(own->first == caught.record, "a catching frame's record has changed");
    throw;
  }
}

void throw_records(Worker &worker) {
  uint64_t number = worker.reserve(3);
  try {
    sink(worker, worker.random.below(12), {make_family(number), number});
    fail("nothing was thrown");
  } catch (const Carried &caught) {
    disturb(worker);
    require_family(caught.record, number, "a thrown record has changed");
    if (worker.random.one_in(4))
      worker.exceptions.push_back(std::current_exception());
  }
  if (worker.exceptions.size() > 20) {
    unsigned which = worker.random.below(20);
    try {
      std::rethrow_exception(worker.exceptions[which]);
    } catch (const Carried &caught) {
      require_family(caught.record, caught.number, "a kept exception's record has changed");
    }
    worker.exceptions.erase(worker.exceptions.begin() + which);
  }
}

//===--- Sorting -------------------------------------------------------------------------------------===//

static int compare(const void *left, const void *right) {
  uint64_t a = (*static_cast<Record *const *>(left))->number;
  uint64_t b = (*static_cast<Record *const *>(right))->number;
  return a < b ? -1 : a > b;
}

void sort_records(Worker &worker) {
  unsigned count = 1 + worker.random.below(300);
  uint64_t number = worker.reserve(count);
  Record **array = tricolor::make_array<Record *>(count);
  for (unsigned i = 0; i < count; ++i)
    array[i] = new Record(number + i);
  for (unsigned i = count - 1; i > 0; --i)
    std::swap(array[i], array[worker.random.below(i + 1)]);
  if (worker.random.one_in(2))
    qsort(array, count, sizeof *array, compare);
  else
    std::sort(array, array + count,
              [](const Record *a, const Record *b) { return a->number < b->number; });
  for (unsigned i = 0; i < count; ++i)
    require_record(array[i], number + i, "a sorted array has lost a record");
}

//===--- Arrays --------------------------------------------------------------------------------------===//

void use_large_array(Worker &worker) {
  unsigned count = 1 << (8 + worker.random.below(10));
  uint64_t number = worker.reserve(count);
  Record **array = tricolor::make_array<Record *>(count);
  unsigned stride = count / 64;
  for (unsigned i = 0; i < count; i += stride)
    array[i] = new Record(number + i);
  // From here on only a pointer to its middle.
  Record **middle = array + count / 2;
  array = nullptr;
  auto *numbers = tricolor::make_array<uint64_t>(count);
  for (unsigned i = 0; i < count; ++i)
    numbers[i] = mixed(number + i);
  disturb(worker);
  for (unsigned i = 0; i < count; ++i) {
    Record *record = middle[static_cast<long>(i) - static_cast<long>(count / 2)];
    if (i % stride == 0)
      require_record(record, number + i, "a large array has lost a record");
    else
      require(!record, "a large array's null has changed", i);
    require(numbers[i] == mixed(number + i), "an array of numbers has changed", i);
  }
}

struct Block : tricolor::managed {
  Record *records[16] = {};
};

// Whole objects and parts of arrays, by assignment and by the C library.
void move_words(Worker &worker) {
  uint64_t number = worker.reserve(16);
  auto *block = new Block;
  for (unsigned i = 0; i < 16; ++i)
    block->records[i] = new Record(number + i);
  unsigned shift = 0;
  for (unsigned round = worker.random.below(8); round > 0; --round) {
    auto *other = new Block(*block);
    unsigned by = worker.random.below(16);
    std::memcpy(other->records, block->records + by, (16 - by) * sizeof(Record *));
    std::memcpy(other->records + (16 - by), block->records, by * sizeof(Record *));
    shift += by;
    std::memset(static_cast<void *>(block->records), 0, sizeof block->records);
    block = other;
    std::rotate(block->records, block->records + by, block->records + 16);
    shift += by;
    // Only the copy on the stack has what the object forgets.
    Record *saved[16];
    std::memcpy(saved, block->records, sizeof saved);
    std::memmove(block->records + 1, block->records, 15 * sizeof(Record *));
    block->records[0] = nullptr;
    disturb(worker);
    for (unsigned i = 0; i < 16; ++i)
      block->records[i] = saved[i];
  }
  for (unsigned i = 0; i < 16; ++i)
    require_record(block->records[i], number + (i + shift) % 16, "a moved record has changed");
}

} // namespace soak
