//===- test/run/destructors.cpp - The collector has destructors run ---------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Destructors of collected objects run once each after death, before the memory is used again: of
// single objects (virtual ones by their own type, interior pointers keep them), of arrays with and
// without a cookie in reverse order, of large objects, of types without pointers, of types that
// share spans, of cycles. Owners are destroyed before what they own and may delete it. What delete
// has destroyed is not destroyed again.
//
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:checkmark=1:verify=1 %{limit} %t 2000 | FileCheck %s
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: destructors: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <string>
#include <vector>

static std::atomic<long> destroyed, damaged, in_order;

struct Counted : tricolor::managed {
  explicit Counted(long number) : number(number), node(make_pair_of_nodes(number)) {}
  ~Counted() {
    ++destroyed;
    damaged += number == -1;
    number = -1;
  }
  long number;
  Node *node;
};

[[gnu::noinline]] static void drop(long count) {
  for (long i = 0; i < count; ++i)
    new Counted(i);
}

[[gnu::noinline]] static void once_each(long count) {
  destroyed = 0;
  drop(count);
  settle();
  check(destroyed == count, "not every object was destroyed once", destroyed);
  settle();
  check(destroyed == count, "objects were destroyed twice", destroyed);
}

[[gnu::noinline]] static void live_ones_stay(long count) {
  destroyed = 0;
  std::vector<long *> inside; // interior pointers in traced memory
  for (long i = 0; i < count; ++i)
    inside.push_back(&(new Counted(i))->number);
  settle();
  check(destroyed == 0, "live objects were destroyed", destroyed);
  for (long i = 0; i < count; ++i)
    check(*inside[static_cast<size_t>(i)] == i, "a live object is damaged", i);
}

// Large, so that nothing else is in its place afterwards.
struct Large : tricolor::managed {
  ~Large() { ++destroyed; }
  char bytes[100000];
  Node *node = nullptr;
};

[[gnu::noinline]] static uintptr_t make_freed() { return hide(new Large); }

[[gnu::noinline]] static void memory_comes_back() {
  uintptr_t hidden = make_freed();
  settle();
  check(!tricolor::is_collected(reveal(hidden)), "a destroyed object was not freed");
}

struct Base : tricolor::managed {
  virtual ~Base() { ++destroyed; }
  long number = 1;
};
struct Derived : Base {
  ~Derived() override { destroyed += 10; }
  Node *node = make_pair_of_nodes(3);
};

[[gnu::noinline]] static Base *make_derived() { return new Derived; }
[[gnu::noinline]] static void drop_derived() { check(make_derived()->number == 1, "not made"); }

static long last_destroyed;

struct Element : tricolor::managed {
  Element() = default;
  ~Element() {
    ++destroyed;
    in_order += number < last_destroyed;
    last_destroyed = number;
  }
  long number = 0;
  Node *node = nullptr;
};

// As large as the cookie, so that the array's length does not tell one.
struct Small : tricolor::managed {
  ~Small() { destroyed += value; }
  long value = 1;
};

struct alignas(32) Aligned : tricolor::managed {
  ~Aligned() { ++destroyed; }
  double number = 2;
};

[[gnu::noinline]] static void drop_arrays() {
  auto *first = new Element[7];
  auto *second = tricolor::make_array<Element>(9);
  for (long i = 0; i < 7; ++i)
    first[i].number = i;
  for (long i = 0; i < 9; ++i)
    second[i].number = 100 + i;
}

[[gnu::noinline]] static void drop_small_arrays() {
  new Small[5];
  tricolor::make_array<Small>(6);
  new Small[0];
  tricolor::make_array<Small>(0);
}
[[gnu::noinline]] static void drop_rows() {
  new Element[3][4];
  new Small[2][3];
}
[[gnu::noinline]] static void drop_large() {
  new Large;
  new Large[2];
  tricolor::make_array<Large>(3);
}
[[gnu::noinline]] static void drop_aligned() {
  new Aligned;
  new Aligned[3];
  tricolor::make_array<Aligned>(4);
}

[[gnu::noinline]] static void arrays() {
  destroyed = in_order = 0;
  last_destroyed = 1000;
  drop_arrays();
  settle();
  check(destroyed == 16, "not every element was destroyed once", destroyed);
  // All but perhaps the first of the array that came second.
  check(in_order >= 15, "elements were not destroyed in reverse order", in_order);
  destroyed = 0;
  drop_small_arrays();
  settle();
  check(destroyed == 11, "elements as large as a cookie were counted wrong", destroyed);
  destroyed = in_order = 0;
  drop_rows();
  settle();
  check(destroyed == 12 + 6, "elements of rows were counted wrong", destroyed);
  destroyed = 0;
  drop_large();
  settle();
  check(destroyed == 6, "large objects were not destroyed", destroyed);
  destroyed = 0;
  drop_aligned();
  settle();
  check(destroyed == 8, "aligned objects were not destroyed", destroyed);
}

// More types than have spans of their own.
template <int N> struct Numbered : tricolor::managed {
  ~Numbered() { destroyed += N; }
  void *self = this;
};

template <int... N> [[gnu::noinline]] static void drop_numbered(std::integer_sequence<int, N...>) {
  (new Numbered<N>, ...);
}

struct Ring : tricolor::managed {
  ~Ring() {
    ++destroyed;
    damaged += number == -1;
    number = -1;
  }
  long number = 0;
  Ring *next = nullptr;
};

[[gnu::noinline]] static void drop_ring(long count) {
  auto *first = new Ring, *last = first;
  for (long i = 1; i < count; ++i)
    last = last->next = new Ring;
  last->next = first;
}

// Each owner deletes what it owns: a chain of owners is destroyed from the top.
struct Owner : tricolor::managed {
  ~Owner() {
    ++destroyed;
    damaged += number == -1;
    number = -1;
    delete owned;
  }
  long number = 0;
  Owner *owned = nullptr;
};

[[gnu::noinline]] static void drop_owners(long count) {
  Owner *top = nullptr;
  for (long i = 0; i < count; ++i) {
    auto *owner = new Owner;
    owner->owned = top;
    top = owner;
  }
}

[[gnu::noinline]] static void drop_deleted(long count) {
  for (long i = 0; i < count; ++i)
    delete new Counted(i);
}

// What the object owns is released.
struct Holder : tricolor::managed {
  std::vector<Node *> nodes;
  std::string text = "a string that does not fit into the object itself";
};

[[gnu::noinline]] static tricolor::weak<Node> drop_holder() {
  auto *holder = new Holder;
  holder->nodes.push_back(make_pair_of_nodes(1));
  return holder->nodes[0];
}

// Not public: never run by the collector.
class Private : public tricolor::managed {
public:
  static void make() { new Private; }

private:
  ~Private() { ++destroyed; }
};

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 2000);
  once_each(count);
  live_ones_stay(count);
  memory_comes_back();
  destroyed = 0;
  drop_derived();
  settle();
  check(destroyed == 11, "the destructor of the dynamic type did not run", destroyed);
  arrays();
  destroyed = 0;
  drop_numbered(std::make_integer_sequence<int, 80>());
  settle();
  check(destroyed == 79 * 80 / 2, "types that share spans were not destroyed", destroyed);
  destroyed = 0;
  drop_ring(count);
  settle();
  check(destroyed == count, "a cycle was not destroyed", destroyed);
  destroyed = 0;
  drop_owners(count);
  settle();
  check(destroyed == count, "owners and owned were not destroyed once each", destroyed);
  destroyed = 0;
  drop_deleted(count);
  settle();
  check(destroyed == count, "deleted objects were not destroyed once each", destroyed);
  tricolor::weak<Node> held = drop_holder();
  settle();
  check(held.expired(), "what a member owned was not released");
  destroyed = 0;
  Private::make();
  settle();
  check(destroyed == 0, "a private destructor ran", destroyed);
  check(damaged == 0, "an object was destroyed twice", damaged);
  std::printf("destructors: done\n");
  return finish();
}
