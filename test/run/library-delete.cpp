//===- test/run/library-delete.cpp - Memory that crosses a library's border ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// new in compiled code and delete in a library without maps, and the other way round; strings that
// libstdc++ grows and frees; a library that stores a node in memory that it allocated with new.
//
// RUN: %clangxx -std=c++20 -O2 -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %{build} -O2 %s %t.so -o %t %shlibs
// RUN: %{poison} %t 500 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -O0 %s %t.so -o %t %shlibs
// RUN: %{poison} %t 500 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
//
// CHECK: library-delete: done
//
//===------------------------------------------------------------------------------------------===//

#include <string>
#include <utility>

struct Widget {
  explicit Widget(std::string n) : name(std::move(n)) {}
  virtual ~Widget() = default;
  std::string name;
  void *payload = nullptr;
};

// In the library.
Widget *create_widget(const char *name);
void destroy_widget(Widget *widget);
void append_to(std::string &text, const char *more);

#ifdef LIBRARY

Widget *create_widget(const char *name) { return new Widget(name); }
void destroy_widget(Widget *widget) { delete widget; }
void append_to(std::string &text, const char *more) { text += more; }

#else

#include "node.h"

#include <sstream>
#include <stdexcept>

[[gnu::noinline]] static void swap_owners(long i) {
  std::string name = "a name that needs memory of its own, number " + std::to_string(i);
  Widget *theirs = create_widget(name.c_str());
  theirs->payload = make_pair_of_nodes(i);
  Widget *ours = new Widget(name);
  ours->payload = make_pair_of_nodes(i + 5);
  disturb();
  check(theirs->name == name && ours->name == name, "a name is damaged", i);
  check(good_pair(static_cast<Node *>(theirs->payload), i), "memory of a library lost its node", i);
  check(good_pair(static_cast<Node *>(ours->payload), i + 5), "memory of ours lost its node", i);
  delete theirs;
  destroy_widget(ours);
}

[[gnu::noinline]] static void grow_elsewhere(long i) {
  std::string text(40, 'a');
  append_to(text, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
  text += std::string(300, 'c');
  std::istringstream input(text + "\nsecond");
  std::string line;
  std::getline(input, line);
  check(line == text, "a string is damaged", i);
  try {
    throw std::runtime_error(line);
  } catch (const std::runtime_error &error) {
    std::runtime_error copy = error;
    check(copy.what() == line, "an exception's text is damaged", i);
  }
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 500);
  swap_owners(0);
  grow_elsewhere(0);
  tricolor::collect();
  auto before = tricolor::stats();
  for (long i = 1; i <= rounds; ++i) {
    swap_owners(i);
    grow_elsewhere(i);
  }
  tricolor::collect();
  auto after = tricolor::stats();
  check(after.objects <= before.objects + 16, "objects were left behind",
        static_cast<long>(after.objects) - static_cast<long>(before.objects));
  std::printf("library-delete: done\n");
  return finish();
}

#endif
