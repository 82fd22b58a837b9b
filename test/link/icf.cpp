//===- test/link/icf.cpp - Functions of equal code and different maps ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// lld folds functions whose machine code and relocations are equal (--icf=all; with --icf=safe those
// whose address nobody asks for) and keeps the map of one of them. Where one function's variable has a
// pointer and the other's a number, that map would lose an object: such functions are not folded.
// Functions of equal maps are.
//
// RUN: %{build} -O2 -ffunction-sections -c %s -o %t.o
// RUN: %{build} %{lld} -Wl,--icf=none %t.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{build} %{lld} -Wl,--icf=all %t.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefixes=CHECK,FOLDED
// RUN: %{stress} %t | FileCheck %s --check-prefixes=CHECK,FOLDED
// RUN: %{build} %{lld} -Wl,--icf=safe,--gc-sections %t.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
//
// Through GNU as, and with link-time optimization.
// RUN: %{build} -O2 -ffunction-sections -fno-integrated-as -c %s -o %t.o
// RUN: %{build} %{lld} -Wl,--icf=all %t.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s --check-prefixes=CHECK,FOLDED
// RUN: %{build} -O2 -flto -c %s -o %t.o
// RUN: %{build} -flto %{lto} -Wl,--icf=all %t.o -o %t %libs
// RUN: %{limit} %t | FileCheck %s
//
// FOLDED: equal maps: folded
// CHECK: icf: 0 failures
//
//===------------------------------------------------------------------------------------------===//

#include "part.h"

#include <cstdio>

struct Front {
  Node *node;
  double number;
};
struct Back {
  double number;
  Node *node;
};
// As Front.
struct Other {
  Node *node;
  double number;
};

// Which word of the pair is the node.
static int place;
static int failures;

[[gnu::noinline]] static void fill(void *pair) {
  auto *words = static_cast<void **>(pair);
  words[place] = new Node(7);
  words[1 - place] = nullptr;
}

[[gnu::noinline]] static void collect() { tricolor::collect(); }

[[gnu::noinline]] static void check(void *pair) {
  Node *node = static_cast<Node **>(pair)[place];
  failures += !tricolor::is_collected(node) || !node->good(7);
}

template <class Pair> [[gnu::noinline]] void keep() {
  Pair pair = {};
  fill(&pair);
  collect();
  check(&pair);
}

// Called through these, so that the linker sees addresses of functions, and nothing is inlined.
static void (*volatile front)() = keep<Front>;
static void (*volatile back)() = keep<Back>;
static void (*volatile other)() = keep<Other>;

int main() {
  place = 0;
  front();
  other();
  place = 1;
  back();
  std::printf("equal maps: %s\n", front == other ? "folded" : "kept apart");
  std::printf("icf: %d failures\n", failures);
  return failures != 0;
}
