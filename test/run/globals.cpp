//===- test/run/globals.cpp - Roots in global data ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Nodes that only global variables hold: every kind of storage that C++ has, in two translation
// units. Numbers and strings among them are no roots.
//
// RUN: %{build} -O2 -c %s -o %t.o
// RUN: %{build} -O2 -c -DOTHER %s -o %t.other.o
// RUN: %{build} %t.o %t.other.o -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -O0 -c %s -o %t.o
// RUN: %{build} -O0 -c -DOTHER %s -o %t.other.o
// RUN: %{build} %t.o %t.other.o -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
//
// CHECK: globals: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <array>
#include <atomic>
#include <utility>

struct Entry {
  int number;
  char letters[3];
  Node *node;
  double weight;
};

inline Node *inline_global;
template <class T> struct Statics {
  static inline Node *node;
  static Node *array[2];
};
template <class T> Node *Statics<T>::array[2];
extern Node *other_global;
extern Entry other_table[40];

void fill_other();
void check_other();

#ifdef OTHER

Node *other_global;
Entry other_table[40];

// Set before main.
static Node *initialized = make_pair_of_nodes(31);
static const struct {
  long number;
  Node *node;
} constant = {5, make_pair_of_nodes(33)};

void fill_other() {
  other_global = make_pair_of_nodes(35);
  for (int i = 0; i < 40; i += 13)
    other_table[i].node = make_pair_of_nodes(100 + i);
}

void check_other() {
  check(good_pair(initialized, 31), "a global set before main lost its node");
  check(good_pair(constant.node, 33), "a const global lost its node");
  check(good_pair(inline_global, 37), "an inline variable lost its node");
  check(good_pair(Statics<int>::array[1], 41), "a static member of a template lost its node");
}

#else

Node *zeroed;
static Entry table[3] = {{1, "a", nullptr, 1.5}, {2, "b", nullptr, 2.5}, {3, "c", nullptr, 3.5}};
static Entry matrix[4][5];
static Node *many[300];
static union {
  Node *node;
  double number;
} either;
static std::atomic<Node *> atomic_global;
static Node *volatile volatile_global;
static std::array<std::pair<long, Node *>, 2> pairs;
static void *untyped;
alignas(64) static unsigned char storage[64];
namespace {
struct Nested {
  struct {
    Entry entries[2];
    Node **table;
  } inner;
} nested;
} // namespace
static uintptr_t probe;

static Node *&function_static() {
  static Node *node = make_pair_of_nodes(21);
  return node;
}

[[gnu::noinline]] static void fill() {
  zeroed = make_pair_of_nodes(1);
  table[1].node = make_pair_of_nodes(3);
  matrix[3][4].node = make_pair_of_nodes(5);
  many[299] = make_pair_of_nodes(7);
  either.node = make_pair_of_nodes(9);
  atomic_global = make_pair_of_nodes(11);
  volatile_global = make_pair_of_nodes(13);
  pairs[1].second = make_pair_of_nodes(15);
  nested.inner.entries[1].node = make_pair_of_nodes(17);
  nested.inner.table = tricolor::make_array<Node *>(4);
  nested.inner.table[3] = make_pair_of_nodes(19);
  untyped = make_pair_of_nodes(23);
  Node *stored = make_pair_of_nodes(27);
  __builtin_memcpy(storage + 8, &stored, sizeof stored);
  inline_global = make_pair_of_nodes(37);
  Statics<int>::node = make_pair_of_nodes(39);
  Statics<int>::array[1] = make_pair_of_nodes(41);
  function_static();
  fill_other();
}

[[gnu::noinline]] static void check_all() {
  check(good_pair(zeroed, 1), "a zeroed global lost its node");
  check(good_pair(table[1].node, 3), "an initialized table lost its node");
  check(table[2].letters[0] == 'c' && table[2].weight == 3.5, "a table is damaged");
  check(good_pair(matrix[3][4].node, 5), "a matrix of structures lost its node");
  check(good_pair(many[299], 7), "an array of pointers lost its node");
  check(good_pair(either.node, 9), "a union lost its node");
  check(good_pair(atomic_global.load(), 11), "an atomic global lost its node");
  check(good_pair(volatile_global, 13), "a volatile global lost its node");
  check(good_pair(pairs[1].second, 15), "an array of pairs lost its node");
  check(good_pair(nested.inner.entries[1].node, 17), "a nested structure lost its node");
  check(good_pair(nested.inner.table[3], 19), "a collected array of pointers lost its node");
  check(good_pair(static_cast<Node *>(untyped), 23), "a void pointer lost its node");
  Node *stored;
  __builtin_memcpy(&stored, storage + 8, sizeof stored);
  check(good_pair(stored, 27), "character storage lost its node");
  check(good_pair(function_static(), 21), "a static local lost its node");
  check(good_pair(Statics<int>::node, 39), "an inline static member lost its node");
  check(good_pair(other_global, 35), "a global of another file lost its node");
  for (int i = 0; i < 40; i += 13)
    check(good_pair(other_table[i].node, 100 + i), "a table of another file lost its node", i);
  check_other();
}

// After its global is cleared a node is gone.
[[gnu::noinline]] static void hide_probe() { probe = hide(zeroed); }

int main() {
  fill();
  disturb();
  check_all();
  disturb();
  check_all();
  hide_probe();
  zeroed = nullptr;
  tricolor::collect();
  check(!tricolor::is_collected(reveal(probe)), "a node survived the global that held it");
  std::printf("globals: done\n");
  return finish();
}

#endif
