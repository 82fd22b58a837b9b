//===- test/run/Inputs/header-unit.h - The header unit of header-units.cpp ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef HEADER_UNIT_H
#define HEADER_UNIT_H
#include <functional>
#include <tricolor/tricolor.h>
#include <vector>
struct Node : tricolor::managed {
  Node *next = nullptr;
  long value = 0;
};
template <class T> struct Cell : tricolor::managed {
  T value;
  Cell *rest;
  Cell(T value, Cell *rest) : value(value), rest(rest) {}
};
inline Node *global_list;
inline thread_local Node *thread_list;
inline Node *&static_list() {
  static Node *list;
  return list;
}
inline Node *make_list(long n, Node *end = nullptr) {
  for (; n != 0; --n) {
    auto *first = new Node;
    first->next = end;
    first->value = n;
    end = first;
  }
  return end;
}
inline std::function<long()> counter(Node *list) {
  return [list] {
    long sum = 0;
    for (Node *n = list; n; n = n->next)
      sum += n->value;
    return sum;
  };
}
inline std::vector<Node *> spread(Node *list) {
  std::vector<Node *> all;
  for (; list; list = list->next)
    all.push_back(list);
  return all;
}
#endif
