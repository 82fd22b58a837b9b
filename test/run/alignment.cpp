//===- test/run/alignment.cpp - Over-aligned types ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Types that ask for more alignment than 16 bytes: collected and traced, single and in arrays, with
// and without an array cookie. Addresses are aligned and pointers are found.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 200 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 200 | FileCheck %s
// RUN: %{stress} %t 8 | FileCheck %s
//
// CHECK: alignment: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <vector>

static long destroyed;

template <size_t Alignment> struct alignas(Alignment) Aligned : tricolor::managed {
  long number = 9;
  Node *node = make_pair_of_nodes(static_cast<long>(Alignment));
};

template <size_t Alignment> struct alignas(Alignment) Plain {
  Node *node = make_pair_of_nodes(static_cast<long>(Alignment));
  ~Plain() { ++destroyed; }
};

template <size_t Alignment> struct alignas(Alignment) Cookie : tricolor::managed {
  Node *node = make_pair_of_nodes(static_cast<long>(Alignment));
  ~Cookie() { ++destroyed; }
};

template <class T> bool aligned(const T *pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % alignof(T) == 0;
}

template <size_t Alignment> [[gnu::noinline]] void use(long count) {
  constexpr long kNumber = static_cast<long>(Alignment);
  std::vector<Aligned<Alignment> *> collected;
  std::vector<Plain<Alignment> *> traced;
  for (long i = 0; i < count; ++i) {
    collected.push_back(new Aligned<Alignment>);
    traced.push_back(new Plain<Alignment>);
  }
  auto *made = tricolor::make<Aligned<Alignment>>();
  auto *array = new Aligned<Alignment>[3];
  auto *cookies = new Cookie<Alignment>[3];
  auto *plain_array = new Plain<Alignment>[3];
  std::vector<Plain<Alignment>> values(2);
  disturb();
  for (auto *object : collected)
    check(aligned(object) && object->number == 9 && good_pair(object->node, kNumber),
          "a collected object of alignment", kNumber);
  for (auto *object : traced)
    check(aligned(object) && good_pair(object->node, kNumber), "a traced object of alignment",
          kNumber);
  check(aligned(made) && good_pair(made->node, kNumber), "make<T> of alignment", kNumber);
  for (long i = 0; i < 3; ++i) {
    check(aligned(array + i) && good_pair(array[i].node, kNumber), "an array of alignment",
          kNumber);
    check(aligned(cookies + i) && good_pair(cookies[i].node, kNumber),
          "a collected array with a cookie of alignment", kNumber);
    check(aligned(plain_array + i) && good_pair(plain_array[i].node, kNumber),
          "a traced array with a cookie of alignment", kNumber);
  }
  check(aligned(&values[1]) && good_pair(values[1].node, kNumber), "a vector of alignment",
        kNumber);
  destroyed = 0;
  for (auto *object : traced)
    delete object;
  delete[] plain_array;
  delete[] cookies;
  check(destroyed == count + 6, "wrong number of destructors", destroyed);
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 200);
  use<16>(count);
  use<32>(count);
  use<64>(count);
  use<256>(count);
  use<4096>(count / 8 + 1);
  use<16384>(count / 32 + 1);
  std::printf("alignment: done\n");
  return finish();
}
