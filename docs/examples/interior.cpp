//===- docs/examples/interior.cpp - Only pointers into the middle -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Keeps objects alive by nothing but pointers into them: an intrusive list whose links point from
// the middle of one object into the middle of the next, the last element of an array, the last byte
// of a large one, and the second base class of an object.
//
//   interior [OBJECTS]     default 20000
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <cstddef>
#include <cstdint>

namespace {

// A link of an intrusive list, as kernels use it.
struct Link {
  Link *next = nullptr;
};

struct Task : tricolor::managed {
  explicit Task(long n) : number(n), check_number(~n) {}
  long number;
  char name[40] = {};
  Link link;
  long check_number;

  static Task *of(Link *link) {
    return reinterpret_cast<Task *>(reinterpret_cast<char *>(link) - offsetof(Task, link));
  }
};

struct Named {
  virtual long name() const { return name_; }
  long name_ = 0;

protected:
  ~Named() = default;
};

struct Numbered {
  virtual long number() const = 0;

protected:
  ~Numbered() = default;
};

struct Both final : tricolor::managed, Named, Numbered {
  explicit Both(long n) : mine(n), other(new Task(n)) {}
  long number() const override { return other->check_number == ~mine ? other->number : -1; }
  long mine;
  Task *other;
};

// Garbage that takes the place of whatever was freed by mistake.
[[gnu::noinline]] void disturb() {
  tricolor::collect();
  for (long i = 0; i < 8; ++i)
    new Both(-3);
}

long walk_list(long count) {
  Link *first = nullptr;
  for (long i = 0; i < count; ++i) {
    Task *task = new Task(i);
    task->link.next = first;
    first = &task->link;
  }
  disturb();
  long seen = 0;
  for (Link *link = first; link; link = link->next) {
    Task *task = Task::of(link);
    check(tricolor::object_base(link) == task, "wrong base of a link", seen);
    check(task->number == count - 1 - seen, "wrong task in the list", seen);
    check(task->check_number == ~task->number, "a task is damaged", seen);
    ++seen;
  }
  return seen;
}

// Returns the address of the last element.
[[gnu::noinline]] uint32_t *make_numbers(long count) {
  uint32_t *numbers = tricolor::make_array<uint32_t>(static_cast<size_t>(count));
  for (long i = 0; i < count; ++i)
    numbers[i] = static_cast<uint32_t>(i) ^ 0x5a5a5a5au;
  return numbers + count - 1;
}

long walk_backwards(long count) {
  uint32_t *last = make_numbers(count);
  disturb();
  long seen = 0;
  for (uint32_t *number = last; seen < count; --number, ++seen)
    check(*number == (static_cast<uint32_t>(count - 1 - seen) ^ 0x5a5a5a5au), "wrong number", seen);
  return seen;
}

// Returns the address of the last byte of a large array of pointers.
[[gnu::noinline]] char *make_large(long count) {
  Task **tasks = tricolor::make_array<Task *>(64 * 1024);
  for (long i = 0; i < count && i < 64; ++i)
    tasks[i * 1000] = new Task(i);
  return reinterpret_cast<char *>(tasks + 64 * 1024) - 1;
}

long walk_large(long count) {
  char *last = make_large(count);
  disturb();
  check(tricolor::object_size(last) >= 64 * 1024 * sizeof(Task *), "wrong size of a large array");
  Task **tasks = reinterpret_cast<Task **>(last + 1) - 64 * 1024;
  long seen = 0;
  for (; seen < count && seen < 64; ++seen)
    check(tasks[seen * 1000]->number == seen, "a large array lost a task", seen);
  return seen;
}

long walk_bases(long count) {
  auto **bases = tricolor::make_array<Numbered *>(static_cast<size_t>(count));
  for (long i = 0; i < count; ++i)
    bases[i] = new Both(i);
  disturb();
  long good = 0;
  for (long i = 0; i < count; ++i)
    good += bases[i]->number() == i;
  check(good == count, "objects kept by their second base are damaged", count - good);
  return good;
}

} // namespace

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 20000);
  long list = walk_list(count);
  check(list == count, "the list is too short", list);
  long numbers = walk_backwards(count);
  long large = walk_large(count);
  long bases = walk_bases(count);
  std::printf("interior: list %ld, numbers %ld, large %ld, bases %ld\n", list, numbers, large,
              bases);
  return finish();
}
