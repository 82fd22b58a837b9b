//===- test/run/bad-pointers-none.cpp - What is no bad pointer -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// badptr=1 says nothing about pointers that C++ allows: one past the end, inside an object, tagged, to what was
// deleted and is only left behind, to memory of malloc; nor about numbers that look like pointers, in places for
// numbers. Objects that a running marking has not reached are none either.
//
// DEFINE: %{mode} = hybrid
// DEFINE: %{level} = -O0
// DEFINE: %{compile} = %{build} %{level} %s -o %t %libs
// DEFINE: %{calm} = env TRICOLOR_OPTIONS=badptr=1:mode=%{mode} %{limit} %t 2>&1 | FileCheck %s
// DEFINE: %{stressed} = env TRICOLOR_OPTIONS=badptr=1:stress=7:poison=1:checkmark=1:verify=1:mode=%{mode} %{limit} %t 2>&1 | FileCheck %s
// RUN: %{compile}
// RUN: %{calm}
// RUN: %{stressed}
// REDEFINE: %{mode} = dijkstra
// RUN: %{calm}
// RUN: %{stressed}
// REDEFINE: %{mode} = stw
// RUN: %{calm}
// RUN: %{stressed}
// REDEFINE: %{level} = -O2
// RUN: %{compile}
// RUN: %{calm}
// RUN: %{stressed}
// REDEFINE: %{mode} = hybrid
// RUN: %{calm}
// RUN: %{stressed}
//
// CHECK-NOT: tricolor
// CHECK: done
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Item : tricolor::managed {
  long number = 0;
  Item *self = nullptr, *end = nullptr;
  uintptr_t kept_number = 0;
  void *anything = nullptr;
  std::unique_ptr<std::string> text;
  std::vector<Item *> friends;
};

Item *first, *behind;
uintptr_t number;

[[gnu::noinline]] static uintptr_t dead_item() {
  uintptr_t address = ~reinterpret_cast<uintptr_t>(new Item);
  tricolor::collect();
  return ~address;
}

[[gnu::noinline]] static void round(long i) {
  Item *item = new Item;
  Item *array = tricolor::make_array<Item>(3 + i % 5);
  item->self = item;
  item->end = item + 1;
  first = array;
  behind = array + 3 + i % 5;
  item->anything = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(item) | 5);
  item->anything = std::malloc(16);
  std::free(item->anything);
  // Left behind: the program does not use it any more.
  first->anything = new long(i);
  delete static_cast<long *>(first->anything);
  item->text = std::make_unique<std::string>(40, 'x');
  for (long j = 0; j < 20; ++j) {
    item->friends.push_back(new Item);
    item->friends.back()->self = item;
  }
  item->friends.clear();
  item->friends.shrink_to_fit();
  item->kept_number = dead_item();
  number = item->kept_number;
  std::map<long, Item *> map;
  for (long j = 0; j < 20; ++j)
    map[j * 7 % 20] = item;
  map.erase(3);
  first = map[4];
  tricolor::keep_alive(item);
}

int main() {
  for (long i = 0; i < 20; ++i)
    round(i);
  std::puts("done");
}
