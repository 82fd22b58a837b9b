//===- test/run/delete.cpp - delete, new[] and their relatives ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// delete frees collected memory early and traced memory at all; every form of operator new and
// delete; arrays with cookies, collected and traced, whose pointers are found behind the cookie.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
// Without poison an object that is deleted soon goes back to its run.
// RUN: env TRICOLOR_OPTIONS=stress=1:checkmark=1:verify=1 %t 20 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 2000 | FileCheck %s
// RUN: %{stress} %t 20 | FileCheck %s
//
// CHECK: delete: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <cstring>
#include <new>

static long destroyed;

// A class that needs an array cookie, collected.
struct Counted : tricolor::managed {
  Counted() : node(make_pair_of_nodes(5)) {}
  ~Counted() { ++destroyed; }
  long pad = 3;
  Node *node;
};

// The same, traced, with a size that is no power of two.
struct Plain {
  Plain() : node(make_pair_of_nodes(6)) {}
  ~Plain() { ++destroyed; }
  char pad[16] = "plain";
  Node *node;
};

struct Base {
  virtual ~Base() { ++destroyed; }
  long number = 1;
};
struct Other {
  virtual ~Other() { ++destroyed; }
  Node *node = make_pair_of_nodes(8);
};
struct Derived : Base, Other {
  ~Derived() override { ++destroyed; }
};

[[gnu::noinline]] static void delete_collected(long count) {
  for (long i = 0; i < count; ++i) {
    Node *node = make_pair_of_nodes(i);
    uintptr_t hidden = hide(node);
    check(tricolor::is_collected(reveal(hidden)), "a new node is not known", i);
    delete node;
    check(!tricolor::is_collected(reveal(hidden)), "a deleted node is still there", i);
  }
  Node *none = nullptr;
  delete none;
}

[[gnu::noinline]] static void delete_collected_array() {
  destroyed = 0;
  Counted *array = new Counted[7];
  disturb();
  for (long i = 0; i < 7; ++i)
    check(array[i].pad == 3 && good_pair(array[i].node, 5), "an element lost its node", i);
  check(tricolor::is_collected(&array[6]), "an array of a managed type is not collected");
  uintptr_t hidden = hide(&array[3]);
  delete[] array;
  check(destroyed == 7, "delete[] did not run the destructors", destroyed);
  check(!tricolor::is_collected(reveal(hidden)), "a deleted array is still there");
}

[[gnu::noinline]] static void delete_traced_array() {
  destroyed = 0;
  Plain *array = new Plain[9];
  disturb();
  for (long i = 0; i < 9; ++i)
    check(std::strcmp(array[i].pad, "plain") == 0 && good_pair(array[i].node, 6),
          "a traced element lost its node", i);
  delete[] array;
  check(destroyed == 9, "delete[] of traced memory did not run the destructors", destroyed);
}

// Traced memory frees what it held when it is deleted, and not before.
[[gnu::noinline]] static uintptr_t hold_and_delete() {
  Plain *plain = new Plain;
  uintptr_t hidden = hide(plain->node);
  // Nothing but the traced object refers to the node, and nothing but an integer in disguise to
  // that.
  uintptr_t disguised = hide(plain);
  plain = nullptr;
  disturb();
  check(tricolor::is_collected(reveal(hidden)), "traced memory lost its node");
  plain = static_cast<Plain *>(const_cast<void *>(reveal(disguised)));
  check(good_pair(plain->node, 6), "traced memory is damaged");
  delete plain;
  return hidden;
}

[[gnu::noinline]] static void delete_polymorphic() {
  destroyed = 0;
  Derived *derived = new Derived;
  Other *other = derived;
  derived = nullptr;
  disturb();
  check(good_pair(other->node, 8), "an object held by its second base lost its node");
  delete other;
  check(destroyed == 3, "the destructors did not run", destroyed);
}

[[gnu::noinline]] static void all_forms() {
  void *memory[8];
  memory[0] = ::operator new(40);
  memory[1] = ::operator new[](41);
  memory[2] = ::operator new(42, std::nothrow);
  memory[3] = ::operator new[](43, std::nothrow);
  memory[4] = ::operator new(44, std::align_val_t(64));
  memory[5] = ::operator new[](45, std::align_val_t(128));
  memory[6] = ::operator new(46, std::align_val_t(256), std::nothrow);
  memory[7] = ::operator new[](47, std::align_val_t(32), std::nothrow);
  for (int i = 0; i < 8; ++i)
    std::memset(memory[i], i + 1, static_cast<size_t>(40 + i));
  disturb();
  for (int i = 0; i < 8; ++i) {
    auto *bytes = static_cast<unsigned char *>(memory[i]);
    check(bytes[0] == i + 1 && bytes[39 + i] == i + 1, "memory from operator new is damaged", i);
    check(reinterpret_cast<uintptr_t>(bytes) % 16 == 0, "memory is not aligned for anything", i);
  }
  check(reinterpret_cast<uintptr_t>(memory[4]) % 64 == 0, "not aligned to 64");
  check(reinterpret_cast<uintptr_t>(memory[5]) % 128 == 0, "not aligned to 128");
  check(reinterpret_cast<uintptr_t>(memory[6]) % 256 == 0, "not aligned to 256");
  check(reinterpret_cast<uintptr_t>(memory[7]) % 32 == 0, "not aligned to 32");
  ::operator delete(memory[0], 40);
  ::operator delete[](memory[1], 41);
  ::operator delete(memory[2], std::nothrow);
  ::operator delete[](memory[3]);
  ::operator delete(memory[4], 44, std::align_val_t(64));
  ::operator delete[](memory[5], std::align_val_t(128));
  ::operator delete(memory[6], std::align_val_t(256), std::nothrow);
  ::operator delete[](memory[7], std::align_val_t(32));
  ::operator delete(nullptr);
  // Distinct objects of no size, and memory that came from malloc.
  void *empty = ::operator new(0);
  void *empty_too = ::operator new(0);
  check(empty && empty != empty_too, "two objects at one address");
  ::operator delete(empty);
  ::operator delete(empty_too);
  ::operator delete(std::malloc(100));
}

// operator new reports that there is no memory as C++ says.
[[gnu::noinline]] static void no_memory() {
  volatile size_t huge = size_t{1} << 46;
  check(::operator new(huge, std::nothrow) == nullptr, "64 TiB were allocated");
  bool thrown = false;
  try {
    ::operator delete(::operator new(huge));
  } catch (const std::bad_alloc &) {
    thrown = true;
  }
  check(thrown, "operator new did not throw std::bad_alloc");
}

int main(int argc, char **argv) {
  delete_collected(argument(argc, argv, 1, 2000));
  delete_collected_array();
  delete_traced_array();
  uintptr_t hidden = hold_and_delete();
  tricolor::collect();
  check(!tricolor::is_collected(reveal(hidden)), "a node survived the traced object that held it");
  delete_polymorphic();
  all_forms();
  no_memory();
  std::printf("delete: done\n");
  return finish();
}
