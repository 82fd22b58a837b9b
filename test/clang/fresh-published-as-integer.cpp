//===- test/clang/fresh-published-as-integer.cpp - A new object in an atomic --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A new object is filled without barriers and then published as the integer that an atomic is. The barrier of that
// store may stand in front of the filling, in a group with another one: the verifier must not take the
// barrier's operand for the publication.
//
// RUN: %tricolorxx -std=c++20 -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O3 -S -emit-llvm %s -o - | FileCheck %s
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <atomic>

struct Node : tricolor::managed {
  Node *next = nullptr;
};

// CHECK-LABEL: @_Z7publish
// CHECK: call ptr @tricolor_new
// CHECK-COUNT-1: asm sideeffect "call tricolor_store_barrier_2
// CHECK: store ptr %{{.*}}, !tricolor.fresh
// CHECK: store atomic i64
// CHECK: ret void
void publish(Node *old, std::atomic<Node *> &place) {
  Node *front = new Node;
  old->next = nullptr;
  front->next = old;
  place = front;
}
