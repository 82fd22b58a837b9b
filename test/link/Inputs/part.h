//===- test/link/Inputs/part.h - What the linked programs share ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A template and an inline function, so that more than one file has the same COMDAT groups, and the
// interface of part.cpp, which is linked in or a shared object.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_PART_H
#define TRICOLOR_TEST_PART_H

#include <tricolor/tricolor.h>

#include <cstdint>

constexpr int kNodes = 16;

struct Node : tricolor::managed {
  explicit Node(long n) : number(n), complement(~n) {}
  bool good(long n) const { return number == n && complement == ~n; }
  long number;
  long complement;
};

// How a frame fared: whether its live nodes were kept, and how many of its dead ones.
struct Outcome {
  bool live_kept;
  int dead_kept;
};

struct Addresses {
  uintptr_t hidden[kNodes];
  // How many of the nodes that were here are there.
  int count() const {
    int result = 0;
    for (uintptr_t address : hidden)
      result += tricolor::is_collected(reinterpret_cast<void *>(~address));
    return result;
  }
};

[[gnu::noinline]] inline void fill(Node **nodes, Addresses &addresses) {
  for (int i = 0; i < kNodes; ++i) {
    nodes[i] = new Node(i);
    addresses.hidden[i] = ~reinterpret_cast<uintptr_t>(nodes[i]);
  }
}

// Collects in a frame with a live node and with dead ones. Compiled with optimization, a frame whose map is not found is scanned
// conservatively and keeps the dead; one with another function's map loses the live.
template <class Tag> [[gnu::noinline]] Outcome try_frame(long number) {
  Addresses addresses;
  // First, or it could be made where one of the dead ones was.
  Node *live = new Node(number);
  {
    Node *dead[kNodes];
    fill(dead, addresses);
  }
  tricolor::collect();
  int dead_kept = addresses.count();
  new Node(0);
  new Node(0);
  return {live->good(number), dead_kept};
}

struct SharedTag {};

// In part.cpp: try_frame there, with the same instantiation and with its own, and its globals.
Outcome try_part(long number);
Outcome try_part_shared(long number);
void fill_part_globals();
bool part_globals_good();

#endif // TRICOLOR_TEST_PART_H
