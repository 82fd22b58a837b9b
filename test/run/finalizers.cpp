//===- test/run/finalizers.cpp - Finalizers and cleanups --------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A finalizer gets its object alive, with all that it reaches, once; an object that it publishes
// lives on. Inner addresses, several finalizers in their order, members of a cycle, finalizers that
// add themselves again, delete. Cleanups run after death, with an argument that is kept until then.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:checkmark=1:verify=1 %{limit} %t 2000 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: finalizers: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>

static std::atomic<long> called, wrong;

[[gnu::noinline]] static void drop_nodes(long count) {
  for (long i = 0; i < count; ++i)
    tricolor::add_finalizer(make_pair_of_nodes(7), [](Node *node) {
      ++called;
      wrong += !good_pair(node, 7);
    });
}

[[gnu::noinline]] static void once_with_all_it_reaches(long count) {
  called = 0;
  drop_nodes(count);
  settle();
  check(called == count, "not every finalizer ran once", called);
  settle();
  check(called == count, "finalizers ran twice", called);
}

static tricolor::weak<Node> seen_by_finalizer;

[[gnu::noinline]] static void drop_seen() {
  tricolor::add_finalizer(make_pair_of_nodes(8), [](Node *node) {
    ++called;
    seen_by_finalizer = node;
  });
}

[[gnu::noinline]] static void freed_after_it() {
  called = 0;
  drop_seen();
  settle();
  check(called == 1, "the finalizer did not run");
  check(seen_by_finalizer.expired(), "the object was not freed after its finalizer");
}

static std::atomic<Node *> published;

[[gnu::noinline]] static void resurrection() {
  called = 0;
  tricolor::add_finalizer(make_pair_of_nodes(9), [](Node *node) {
    ++called;
    published = node;
  });
  settle();
  settle();
  check(called == 1, "a resurrected object's finalizer ran again", called);
  check(good_pair(published, 9), "a resurrected object was freed");
  published = nullptr;
}

// It may be finalized again if it asks for it.
static void again(Node *node) {
  wrong += !good_pair(node, 10);
  if (++called < 3)
    tricolor::add_finalizer(node, again);
}
[[gnu::noinline]] static void drop_again() {
  tricolor::add_finalizer(make_pair_of_nodes(10), again);
}
[[gnu::noinline]] static void asks_again() {
  called = 0;
  drop_again();
  settle();
  settle();
  check(called == 3, "a finalizer that was added by a finalizer did not run", called);
}

struct Wide : tricolor::managed {
  Node *node = make_pair_of_nodes(11);
  long numbers[6] = {0, 1, 2, 3, 4, 5};
};
[[gnu::noinline]] static void drop_inner() {
  tricolor::add_finalizer(&(new Wide)->numbers[3], [](long *number) {
    ++called;
    wrong += *number != 3;
    auto *wide = static_cast<Wide *>(tricolor::object_base(number));
    wrong += !good_pair(wide->node, 11);
  });
}
[[gnu::noinline]] static void inner_address() {
  called = 0;
  drop_inner();
  settle();
  check(called == 1, "the finalizer of an inner address did not run", called);
}

static std::atomic<long> order;
[[gnu::noinline]] static void drop_ordered() {
  Node *node = make_pair_of_nodes(12);
  tricolor::add_finalizer(node, [](Node *) { order = order * 10 + 1; });
  tricolor::add_finalizer(node, [](Node *) { order = order * 10 + 2; });
  tricolor::add_finalizer(node, [](Node *) { order = order * 10 + 3; });
}

[[gnu::noinline]] static void drop_ring(long count) {
  Node *first = nullptr, *last = nullptr;
  for (long i = 0; i < count; ++i) {
    auto *node = new Node(13);
    tricolor::add_finalizer(node, [](Node *one) {
      ++called;
      wrong += !one->good(13) || !one->next->good(13);
    });
    (last ? last->next : first) = node;
    last = node;
  }
  last->next = first;
}

[[gnu::noinline]] static void drop_deleted() {
  Node *node = make_pair_of_nodes(14);
  tricolor::add_finalizer(node, [](Node *) { ++called; });
  tricolor::add_cleanup(node, [](long *) { ++called; }, static_cast<long *>(nullptr));
  delete node;
}

// The object in the deleted one's place has nothing of it.
[[gnu::noinline]] static void deleted() {
  called = 0;
  drop_deleted();
  settle();
  check(called == 0, "a deleted object was finalized", called);
}

// A cleanup's argument: a node that only it keeps, and a number.
static tricolor::weak<Node> cleaned;
[[gnu::noinline]] static void drop_cleaned() {
  Node *node = make_pair_of_nodes(15);
  cleaned = node;
  tricolor::add_cleanup(
      node,
      [](Node *argument) {
        ++called;
        wrong += !good_pair(argument, 16);
        wrong += !cleaned.expired();
      },
      make_pair_of_nodes(16));
}
[[gnu::noinline]] static void cleanups() {
  called = 0;
  drop_cleaned();
  tricolor::collect();
  settle();
  check(called == 1, "the cleanup did not run", called);
}

// First the finalizer, which sees the object undestroyed; then the destructor; then the cleanup.
struct Both : tricolor::managed {
  ~Both() {
    order = order * 10 + 2;
    number = -1;
  }
  long number = 1;
};
[[gnu::noinline]] static void drop_both() {
  auto *both = new Both;
  tricolor::add_cleanup(both, [](long *) { order = order * 10 + 3; }, static_cast<long *>(nullptr));
  tricolor::add_finalizer(both, [](Both *object) {
    order = order * 10 + 1;
    wrong += object->number != 1;
  });
}

// What a finalizer's object reaches is not destroyed before it.
struct Reached : tricolor::managed {
  ~Reached() { number = -1; }
  long number = 1;
};
struct Reaching : tricolor::managed {
  Reached *reached = new Reached;
};
[[gnu::noinline]] static void drop_reaching() {
  tricolor::add_finalizer(new Reaching, [](Reaching *reaching) {
    ++called;
    wrong += reaching->reached->number != 1;
  });
}

// Finalizers allocate and collect.
[[gnu::noinline]] static void drop_busy(long count) {
  for (long i = 0; i < count; ++i)
    tricolor::add_finalizer(make_pair_of_nodes(17), [](Node *node) {
      disturb();
      ++called;
      wrong += !good_pair(node, 17);
      wrong += tricolor::run_finalizers() != 0; // not within one
    });
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 2000);
  once_with_all_it_reaches(count);
  freed_after_it();
  resurrection();
  asks_again();
  inner_address();
  drop_ordered();
  settle();
  check(order == 123, "finalizers ran in another order than they were added", order);
  called = 0;
  drop_ring(count);
  settle();
  check(called == count, "not every object of a cycle was finalized once", called);
  deleted();
  cleanups();
  order = 0;
  drop_both();
  settle();
  settle();
  check(order == 123, "finalizer, destructor and cleanup ran in another order", order);
  called = 0;
  drop_reaching();
  settle();
  check(called == 1, "the finalizer did not run", called);
  called = 0;
  drop_busy(5);
  settle();
  check(called == 5, "finalizers that collect did not all run", called);
  check(wrong == 0, "a finalizer got something wrong", wrong);
  std::printf("finalizers: done\n");
  return finish();
}
