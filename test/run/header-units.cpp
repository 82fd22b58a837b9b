//===- test/run/header-units.cpp - C++20 header units -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Collected types, allocations, roots and lambdas of an imported header, and types made from those; in two
// files that import the same unit. Tricolor's own header as a unit, and with the program including it too. A
// unit of the library's that was compiled without the plugin.
//
// DEFINE: %{unit} = %{build} -Wno-experimental-header-units -Wno-pragma-system-header-outside-header
// DEFINE: %{imports} = -fmodule-file=%t.map.pcm -fmodule-file=%t.nodes.pcm
//
// RUN: rm -rf %t && split-file %s %t
// RUN: %clangxx -std=c++20 -pthread -Wno-pragma-system-header-outside-header -fmodule-header=system -xc++-header map -o %t.map.pcm
// RUN: %{unit} -fmodule-header %S/Inputs/header-unit.h -o %t.nodes.pcm
// RUN: %{unit} -O0 %{imports} %t/main.cpp %t/other.cpp -o %t.O0 %libs
// RUN: %{limit} %t.O0
// RUN: %{stress} %t.O0
// RUN: %{unit} -O2 %{imports} %t/main.cpp %t/other.cpp -o %t.O2 %libs
// RUN: %{limit} %t.O2
// RUN: %{stress} %t.O2
// RUN: %{unit} -O2 -g -DINCLUDED %{imports} %t/main.cpp %t/other.cpp -o %t.included %libs
// RUN: %{stress} %t.included
// RUN: llvm-nm -C %t.O0 | FileCheck %s
// CHECK-DAG: tricolor::detail::type_descriptor<Cell<Node*>>::value
// CHECK-DAG: tricolor::detail::type_descriptor<Derived>::value
// CHECK-DAG: tricolor::detail::type_descriptor<Node>::value
//
// RUN: %{unit} -fmodule-header=user -xc++-header tricolor/tricolor.h -o %t.tricolor.pcm
// RUN: %{unit} -O2 -fmodule-file=%t.tricolor.pcm %t/alone.cpp -o %t.alone %libs
// RUN: %{stress} %t.alone
//
// The unit of a header with collected types needs the plugin, as the header does.
// RUN: not %clangxx -std=c++20 -I%source/rt/include -fmodule-header %S/Inputs/header-unit.h -o %t.none.pcm 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: {{.*}}plugin
//
//===------------------------------------------------------------------------------------------===//

//--- main.cpp
#ifdef INCLUDED
#include <tricolor/tricolor.h>
#endif
import "header-unit.h";
import <map>;

struct Derived : Node {
  Derived *other = nullptr;
  Node *more[2] = {};
};
struct Local : tricolor::managed {
  Cell<Node *> *cells = nullptr;
};

void extend();

int main() {
  global_list = make_list(100);
  extend();
  thread_list = make_list(100);
  static_list() = make_list(100);
  auto count = counter(make_list(100));
  auto *local = new Local;
  for (Node *n : spread(make_list(100)))
    local->cells = new Cell<Node *>(n, local->cells);
  auto *derived = new Derived;
  derived->other = new Derived;
  derived->other->more[1] = make_list(100);
  std::map<int, Node *> map;
  map[1] = make_list(100);
  make_list(2000);
  long sum = count() + counter(global_list)() + counter(thread_list)() + counter(static_list())() +
             counter(derived->other->more[1])() + counter(map[1])();
  for (auto *c = local->cells; c; c = c->rest)
    sum += c->value->value;
  delete derived;
  return sum == 8 * 5050 ? 0 : 1;
}

//--- other.cpp
import "header-unit.h";
void extend() { global_list = make_list(100, global_list); }

//--- alone.cpp
import <tricolor/tricolor.h>;
struct Node : tricolor::managed {
  Node *next;
  explicit Node(Node *next) : next(next) {}
};
int main() {
  Node *list = nullptr;
  for (int i = 0; i < 100; ++i)
    list = new Node(list);
  int n = 0;
  for (; list; list = list->next)
    ++n;
  return n == 100 ? 0 : 1;
}
