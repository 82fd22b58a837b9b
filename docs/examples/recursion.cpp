//===- docs/examples/recursion.cpp - A deep stack with a collection at the bottom ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Recurses DEPTH calls deep. Each frame holds the only reference to a node of its own; at the
// bottom the collector runs with all those frames on the stack, and on the way back every frame
// checks its node. Two functions call each other in an irregular pattern, so that frames of
// different shapes alternate.
//
//   recursion [DEPTH]     default 100000
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <pthread.h>

namespace {

struct Node : tricolor::managed {
  explicit Node(long number) : value(number) {}
  long value;
  Node *mate = nullptr;
};

long descend(long depth);

void reach_bottom() {
  tricolor::collect();
  // What was freed by mistake is handed out again here.
  for (long i = 0; i < 200; ++i)
    (new Node(-i))->mate = new Node(-i);
}

// A frame with two references and some numbers.
[[gnu::noinline]] long descend_wide(long depth, long left, long right) {
  Node *first = new Node(depth * 2 + left);
  Node *second = new Node(depth * 2 + right);
  long below = descend(depth - 1);
  check(first->value == depth * 2 + left, "the first node of a wide frame is damaged", depth);
  check(second->value == depth * 2 + right, "the second node of a wide frame is damaged", depth);
  return below + 1;
}

// A frame with one reference; its node holds another.
[[gnu::noinline]] long descend(long depth) {
  if (depth <= 0) {
    reach_bottom();
    return 0;
  }
  Node *node = new Node(depth);
  node->mate = new Node(~depth);
  long below =
      depth % 5 == 3 ? descend_wide(depth - 1, depth, depth + 1) + 1 : descend(depth - 1) + 1;
  check(node->value == depth, "a frame's node is damaged", depth);
  check(node->mate->value == ~depth, "the node of a frame's node is damaged", depth);
  return below;
}

struct Request {
  long depth;
  long reached;
};

void *run(void *argument) {
  auto *request = static_cast<Request *>(argument);
  request->reached = descend(request->depth);
  return nullptr;
}

} // namespace

int main(int argc, char **argv) {
  Request request = {argument(argc, argv, 1, 100000), 0};

  // A thread of its own, for a stack that is large enough at -O0 as well.
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, static_cast<size_t>(request.depth) * 2048 + (1 << 20));
  pthread_t thread;
  if (pthread_create(&thread, &attributes, run, &request) != 0) {
    std::printf("cannot create a thread with a stack for that depth\n");
    return 2;
  }
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);

  check(request.reached >= request.depth, "did not reach the bottom", request.reached);
  std::printf("recursion: %ld frames\n", request.reached);
  return finish();
}
