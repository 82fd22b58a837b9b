//===- test/run/weak-references.cpp - weak<T> -------------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A weak reference does not keep its object, and finds it while something else does: from locals,
// collected and traced memory, by inner addresses and bases. It is null before finalizers and
// destructors run, stays null when a finalizer brings the object back, and after delete.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump:poison=1:checkmark=1:verify=1 %{limit} %t 2000 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: weak references: done
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <atomic>
#include <thread>
#include <vector>

static std::atomic<long> called, wrong;

struct Owner : tricolor::managed {
  tricolor::weak<Node> node;
};
static tricolor::weak<Node> global;

[[gnu::noinline]] static tricolor::weak<Node> make_weak(long number) {
  return make_pair_of_nodes(number);
}

[[gnu::noinline]] static void found_while_alive() {
  Node *node = make_pair_of_nodes(1);
  auto *owner = new Owner{{}, node};
  std::vector<tricolor::weak<Node>> many(10, node);
  global = node;
  settle();
  check(owner->node.get() == node, "a collected weak reference lost a live object");
  for (const auto &one : many)
    check(one.get() == node, "a traced weak reference lost a live object");
  check(global.get() == node && good_pair(node, 1), "a live object is damaged");
}

[[gnu::noinline]] static void null_when_dead(long count) {
  std::vector<tricolor::weak<Node>> many;
  for (long i = 0; i < count; ++i)
    many.push_back(make_weak(i));
  auto *owner = new Owner{{}, make_weak(5)};
  settle();
  long left = 0;
  for (const auto &one : many)
    left += !one.expired();
  check(left == 0, "weak references keep objects", left);
  check(owner->node.expired(), "a collected weak reference keeps its object");
}

struct Base {
  long number = 1;
};
struct Other {
  long other = 2;
};
struct Two : tricolor::managed, Base, Other {
  Node *node = make_pair_of_nodes(3);
};

[[gnu::noinline]] static void inner_addresses() {
  auto *two = new Two;
  tricolor::weak<Other> other = two;
  tricolor::weak<long> number = &two->other;
  tricolor::weak<const Two> same = two;
  settle();
  check(other.get() == two && number.get() == &two->other && same.get() == two,
        "an inner address was not found again");
  check(tricolor::weak<Two>().expired() && tricolor::weak<Two>(nullptr).expired(), "not null");
  other.reset();
  check(other.expired(), "reset did nothing");
}

static std::atomic<Node *> published;
static tricolor::weak<Node> observed;

[[gnu::noinline]] static void publish_later() {
  Node *node = make_pair_of_nodes(4);
  observed = node;
  tricolor::add_finalizer(node, [](Node *object) {
    ++called;
    wrong += !observed.expired();
    published = object;
  });
}

struct Watched : tricolor::managed {
  ~Watched() {
    ++called;
    wrong += !watching.expired();
  }
  static tricolor::weak<Watched> watching;
  long number = 1;
};
tricolor::weak<Watched> Watched::watching;
[[gnu::noinline]] static void watch() { Watched::watching = new Watched; }

[[gnu::noinline]] static void null_before_finalizers() {
  called = 0;
  publish_later();
  settle();
  check(called == 1 && good_pair(published, 4), "not resurrected", called);
  check(observed.expired(), "a weak reference came back with its object");
  observed = published.load();
  settle();
  check(observed.get() == published, "a new weak reference lost the resurrected object");
  published = nullptr;
  settle();
  check(observed.expired(), "a weak reference keeps a resurrected object");
  called = 0;
  watch();
  settle();
  check(called == 1, "not destroyed", called);
}

[[gnu::noinline]] static tricolor::weak<Node> make_deleted() {
  Node *node = make_pair_of_nodes(5);
  tricolor::weak<Node> weak = node;
  delete node;
  return weak;
}
[[gnu::noinline]] static void null_after_delete() {
  tricolor::weak<Node> weak = make_deleted();
  new Node(1);
  check(weak.expired(), "a weak reference to a deleted object is not null");
  settle();
  check(weak.expired(), "a weak reference to a deleted object came back");
}

// References die and are made again, to an object that lives.
[[gnu::noinline]] static void come_and_go(long count) {
  Node *node = make_pair_of_nodes(6);
  for (long i = 0; i < count; ++i) {
    tricolor::weak<Node> weak = node;
    check(weak.get() == node, "lost", i);
    if (i % 10 == 0)
      settle();
  }
  check(good_pair(node, 6), "the object is damaged");
}

// get() in one thread, collections in another.
static std::atomic<Node *> current;
[[gnu::noinline]] static void threads(long count) {
  std::atomic<bool> stop{false};
  current = make_pair_of_nodes(0);
  std::vector<tricolor::weak<Node>> weak(1, current.load());
  std::thread collector([&] {
    while (!stop)
      tricolor::collect();
  });
  long found = 0;
  for (long i = 0; i < count; ++i) {
    tricolor::weak<Node> copy = weak[0];
    if (Node *node = copy.get()) {
      ++found;
      check(good_pair(node, i / 10), "a weak reference gave a dead object", i);
    }
    if (i % 10 == 9) {
      current = make_pair_of_nodes(i / 10 + 1);
      weak[0] = current.load();
    }
  }
  stop = true;
  collector.join();
  check(found == count, "a weak reference lost a live object", found);
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 2000);
  found_while_alive();
  settle();
  check(global.expired(), "a global weak reference keeps its object");
  null_when_dead(count);
  inner_addresses();
  null_before_finalizers();
  null_after_delete();
  come_and_go(count / 10);
  threads(count);
  check(wrong == 0, "a finalizer found its object by a weak reference", wrong);
  std::printf("weak references: done\n");
  return finish();
}
