//===- test/run/bad-pointers-marked.cpp - Pointers that came without a barrier -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A pointer to a dead object that code without barriers has written into a live one is found behind the next
// marking, in an object and in a global.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1:mode=hybrid %{limit} %t object 2>&1 | FileCheck %s --check-prefixes=OBJECT,FATAL
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1:mode=dijkstra %{limit} %t object 2>&1 | FileCheck %s --check-prefixes=OBJECT,FATAL
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1:mode=stw %{limit} %t object 2>&1 | FileCheck %s --check-prefixes=OBJECT,FATAL
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1 %{limit} %t global 2>&1 | FileCheck %s --check-prefixes=GLOBAL,FATAL
// RUN: env TRICOLOR_OPTIONS=badptr=2 %{limit} %t object 2>&1 | FileCheck %s --check-prefixes=OBJECT,ON
//
// OBJECT: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] in use: it points to
// OBJECT-NEXT: was:   Node [[WORD]], 8 bytes, allocated at make_node(){{.*}}, freed by collection
// OBJECT-NEXT: slot:  0x{{[0-9a-f]+}}, +0 in Node [[NODE:0x[0-9a-f]+]], 8 bytes, allocated at main
// OBJECT-NEXT: root:  global 'table' (
// OBJECT-NEXT: -> Node [[NODE]], 8 bytes, allocated at main
//
// GLOBAL: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] in use: it points to
// GLOBAL-NEXT: was:   Node [[WORD]], 8 bytes
// GLOBAL-NEXT: slot:  0x{{[0-9a-f]+}}, global 'table' (
//
// FATAL: tricolor: fatal: a live word points to what a collection has freed
// ON: done
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

struct Node : tricolor::managed {
  Node *next = nullptr;
};

Node *table;

// The second of two: the address of the first one is also the end of the object before it.
[[gnu::noinline]] static uintptr_t make_node() {
  tricolor::keep_alive(new Node);
  return ~reinterpret_cast<uintptr_t>(new Node);
}

[[gnu::noinline]] static void wipe_stack() {
  volatile char space[16384];
  for (volatile char &byte : space)
    byte = 0;
}

// As code does that was compiled without the plugin.
static void write_without_barrier(Node **slot, uintptr_t hidden) {
  __asm__ volatile("notq %1\n\tmovq %1, (%0)" : "+r"(slot), "+r"(hidden) : : "memory");
}

int main(int, char **arguments) {
  table = new Node;
  uintptr_t hidden = make_node();
  wipe_stack();
  tricolor::collect();
  write_without_barrier(std::string_view(arguments[1]) == "object" ? &table->next : &table, hidden);
  tricolor::collect();
  std::puts("done");
}
