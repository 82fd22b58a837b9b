//===- test/run/introspection.cpp - Questions about addresses -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// is_collected, object_base, object_size and pointer_mask for every sort of address: the base, the
// middle and the end of collected objects of all kinds, of large ones, of traced memory, and
// addresses that are no objects at all.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: introspection: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <tricolor/c.h>

#include <cstring>
#include <memory>
#include <string>

union Either {
  Node *node;
  long number;
};

struct Inner {
  int number;
  Node *node;
};

struct Layout : tricolor::managed {
  virtual long number() const { return count; }
  Node *first = nullptr; // word 1, after the virtual table
  long count = 0;        // 2
  Either either = {};    // 3: may be a pointer
  Inner inner[2] = {};   // 4..7: 5 and 7
  char storage[16] = {}; // 8, 9: may be pointers
  double weight = 0;     // 10
  unsigned low : 7 = 0;  // 11
  Node *last = nullptr;  // 12

protected:
  ~Layout() = default;
};
struct Final final : Layout {};

struct Cell : tricolor::managed {
  Node *node = nullptr;
  long numbers[2] = {};
};

// The mask of the object's first `words` words as text: '.' no pointer, 'P' a pointer, '?' perhaps.
static std::string mask_of(const void *address, size_t words) {
  unsigned char mask[64];
  std::memset(mask, 9, sizeof mask);
  size_t count = tricolor_pointer_mask(address, mask, words);
  check(count == tricolor::object_size(address) / 8, "pointer_mask returns the wrong size",
        static_cast<long>(count));
  check(mask[words] == 9, "pointer_mask wrote too much");
  std::string text;
  for (size_t i = 0; i < words; ++i)
    text += mask[i] == TRICOLOR_WORD_NO_POINTER       ? '.'
            : mask[i] == TRICOLOR_WORD_POINTER        ? 'P'
            : mask[i] == TRICOLOR_WORD_MAY_BE_POINTER ? '?'
                                                      : 'X';
  return text;
}

static void expect_mask(const void *address, const char *expected, const char *what) {
  std::string mask = mask_of(address, std::strlen(expected));
  check(mask == expected, what);
  if (mask != expected)
    std::fprintf(stderr, "  mask is %s, expected %s\n", mask.c_str(), expected);
}

static void expect_object(const void *base, size_t bytes, const char *what) {
  auto *first = static_cast<const char *>(base);
  check(tricolor::is_collected(base) && tricolor::object_base(base) == base, what, 0);
  check(tricolor::object_base(first + 1) == base, what, 1);
  check(tricolor::object_base(first + bytes / 2) == base, what, 2);
  check(tricolor::object_base(first + bytes - 1) == base, what, 3);
  size_t size = tricolor::object_size(first + bytes - 1);
  check(size >= bytes && size <= bytes + bytes / 4 + 16, what, static_cast<long>(size));
}

static void expect_nothing(const void *address, const char *what) {
  check(!tricolor::is_collected(address), what, 0);
  check(tricolor::object_base(address) == nullptr, what, 1);
  check(tricolor::object_size(address) == 0, what, 2);
  unsigned char mask[1] = {9};
  check(tricolor_pointer_mask(address, mask, 1) == 0 && mask[0] == 9, what, 3);
}

static int global;

int main() {
  Node *node = new Node(1);
  expect_object(node, sizeof(Node), "a node");
  expect_mask(node, "..P", "the mask of a node");
  expect_mask(&node->next, "..P", "the mask of a node, asked for by its last field");

  Final *layout = new Final;
  expect_object(layout, sizeof(Final), "an object with a virtual table");
  expect_mask(layout, ".P.?.P.P??..P", "the mask of an object with a bit of everything");
  check(layout->number() == 0, "a virtual call");

  auto *large = tricolor::make_array<Inner>(100000);
  expect_object(large, 100000 * sizeof(Inner), "a large array");
  expect_mask(large, ".P.P.P.P.P", "the mask of a large array");
  auto *numbers = tricolor::make_array<double>(1000);
  expect_object(numbers, 8000, "an array without pointers");
  expect_mask(numbers, "........", "the mask of an array without pointers");
  auto *pointers = tricolor::make_array<Node *>(5);
  expect_object(pointers, 40, "an array of pointers");
  expect_mask(pointers, "PPPPP", "the mask of an array of pointers");
  auto *several = new Cell[3];
  // new[] puts the number of elements in front of the first one.
  void *whole = reinterpret_cast<char *>(several) - sizeof(size_t);
  expect_object(whole, sizeof(size_t) + 3 * sizeof(Cell), "an array of managed objects");
  expect_mask(whole, ".P..P..P..", "the mask of an array of managed objects");

  void *unknown = tricolor_new_conservative(48);
  expect_object(unknown, 48, "conservative memory");
  expect_mask(unknown, "??????", "the mask of conservative memory");
  void *plain = tricolor_new_noscan(48);
  expect_object(plain, 48, "memory without pointers");
  expect_mask(plain, "......", "the mask of memory without pointers");

  // Traced memory is an object, but not a collected one.
  auto traced = std::make_unique<Inner[]>(4);
  check(!tricolor::is_collected(traced.get()), "traced memory is called collected");
  check(tricolor::object_size(&traced[3]) >= 4 * sizeof(Inner), "the size of traced memory");

  int local = 0;
  void *foreign = std::malloc(100);
  expect_nothing(nullptr, "null");
  expect_nothing(&local, "a local");
  expect_nothing(&global, "a global");
  expect_nothing(foreign, "malloc'd memory");
  expect_nothing(reinterpret_cast<const void *>(&expect_mask), "a function");
  expect_nothing(reinterpret_cast<const void *>(uintptr_t{1}), "address 1");
  expect_nothing(reinterpret_cast<const void *>(~uintptr_t{0}), "the last address");
  expect_nothing(reinterpret_cast<const void *>(uintptr_t{1} << 47), "an address that cannot be");
  std::free(foreign);

  // A freed object is none, wherever it is asked for.
  uintptr_t hidden = hide(node);
  delete node;
  node = nullptr;
  expect_nothing(reveal(hidden), "a deleted node");
  hidden = hide(large);
  delete static_cast<Node *>(nullptr);
  large = nullptr;
  tricolor::collect();
  expect_nothing(reveal(hidden), "a large array that was collected");
  expect_nothing(reveal(hidden - 500000), "the middle of a large array that was collected");

  check(tricolor::is_collected(layout) && tricolor::is_collected(numbers) &&
            tricolor::is_collected(pointers) && tricolor::is_collected(several) &&
            tricolor::is_collected(unknown) && tricolor::is_collected(plain),
        "a live object was collected");
  std::printf("introspection: done\n");
  return finish();
}
