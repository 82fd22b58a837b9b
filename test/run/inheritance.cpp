//===- test/run/inheritance.cpp - Virtual and multiple inheritance ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Objects with virtual bases and several bases, held by a pointer to any of them, with pointers in
// every part; virtual calls, dynamic_cast, pointers to members and covariant results.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: inheritance: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

// Destructors are protected and trivial: the collector frees these objects.
struct Root : tricolor::managed {
  explicit Root(long n) : root_node(make_pair_of_nodes(n)) {}
  virtual long number() const { return -1; }
  virtual Root *clone() const { return nullptr; }
  Node *root_node;

protected:
  ~Root() = default;
};

struct Left : virtual Root {
  explicit Left(long n) : Root(n), left_node(make_pair_of_nodes(n + 10)) {}
  long number() const override { return left_node->value - 10; }
  int small = 3;
  Node *left_node;

protected:
  ~Left() = default;
};

struct Right : virtual Root {
  explicit Right(long n) : Root(n), right_node(make_pair_of_nodes(n + 20)) {}
  virtual bool good_right(long n) const { return good_pair(right_node, n + 20); }
  char letter = 'r';
  Node *right_node;

protected:
  ~Right() = default;
};

struct Interface {
  virtual bool all_good(long n) const = 0;
  virtual Node *allocate(long n) = 0;

protected:
  ~Interface() = default;
};

struct Bottom final : Left, Right, Interface {
  explicit Bottom(long n) : Root(n), Left(n), Right(n), bottom_node(make_pair_of_nodes(n + 30)) {}
  long number() const override { return bottom_node->value - 30; }
  // Covariant, with an adjustment of the result.
  Bottom *clone() const override { return new Bottom(number() + 1000); }
  bool all_good(long n) const override {
    return good_pair(root_node, n) && good_pair(left_node, n + 10) && good_right(n) &&
           good_pair(bottom_node, n + 30) && small == 3 && letter == 'r';
  }
  Node *allocate(long n) override {
    Node *node = make_pair_of_nodes(n);
    bottom_node->next->next = node;
    return node;
  }
  Node *bottom_node;
};

[[gnu::noinline]] static Root *as_root(long n) { return new Bottom(n); }
[[gnu::noinline]] static Right *as_right(long n) { return new Bottom(n); }
[[gnu::noinline]] static Interface *as_interface(long n) { return new Bottom(n); }

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 2000);
  bool (Interface::*member)(long) const = &Interface::all_good;
  Node *(Interface::*allocating)(long) = &Interface::allocate;
  Node *Bottom::*data = &Bottom::bottom_node;
  for (long i = 0; i < count; ++i) {
    Root *root = as_root(i);
    Right *right = as_right(i + 1);
    Interface *interface = as_interface(i + 2);
    if (i % 64 == 0)
      disturb();
    check(root->number() == i, "wrong number through the virtual base", i);
    check(right->good_right(i + 1), "a node of a side base was lost", i);
    check((interface->*member)(i + 2), "an object held by an interface lost a node", i);
    Root *copy = root->clone();
    check(good_pair((interface->*allocating)(i), i), "a new node was lost", i);
    auto *bottom = dynamic_cast<Bottom *>(copy);
    check(bottom && bottom->all_good(i + 1000), "a clone lost a node", i);
    check(bottom && good_pair(bottom->*data, i + 1030), "a pointer to member", i);
    auto *across = dynamic_cast<Interface *>(right);
    check(across && across->all_good(i + 1), "a cross cast lost a node", i);
  }
  std::printf("inheritance: done\n");
  return finish();
}
