//===- test/run/many-types.cpp - More types than have spans of their own ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Objects of 200 types, in lists that are kept: the first types have spans of their own, others get them while their lists grow,
// the last never do.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 5000 | FileCheck %s
// RUN: %{stress} %t 30 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 5000 | FileCheck %s
// CHECK: 200 lists are whole
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace {

constexpr int Types = 200;

template <int N> struct Node : tricolor::managed {
  Node *next = nullptr;
  long number = N;
  long rest[N % 3 + 1] = {};
};

template <int N> bool make_list(long length) {
  Node<N> *list = nullptr;
  for (long i = 0; i != length; ++i) {
    auto *node = new Node<N>;
    node->rest[0] = i;
    node->next = list;
    list = node;
    if (i % 3 == 0)
      new Node<N>; // dropped
  }
  for (long i = length; i-- != 0; list = list->next)
    if (!list || list->number != N || list->rest[0] != i)
      return false;
  return list == nullptr;
}

template <int... N> int make_lists(long length, std::integer_sequence<int, N...>) {
  return (int{make_list<N>(length)} + ...);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  std::printf("%d lists are whole\n",
              make_lists(std::atol(argv[1]), std::make_integer_sequence<int, Types>()));
}
