//===- docs/examples/linked-list.cpp - A cyclic doubly linked list ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Rings of nodes that all point at each other: no reference count would ever free them. Each round
// builds a ring, takes nodes out of it, walks it both ways and drops it. At the end the dropped
// rings must be gone.
//
//   linked-list [LENGTH [ROUNDS]]     default 100000 20
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

namespace {

struct Node : tricolor::managed {
  explicit Node(long number) : next(this), previous(this), value(number) {}

  void insert_before(Node *successor) {
    next = successor;
    previous = successor->previous;
    previous->next = this;
    next->previous = this;
  }

  void unlink() {
    previous->next = next;
    next->previous = previous;
    next = previous = this;
  }

  Node *next;
  Node *previous;
  long value;
};

// A ring of `length` nodes with the values first, first + 1, ...
Node *make_ring(long first, long length) {
  Node *head = new Node(first);
  for (long i = 1; i < length; ++i)
    (new Node(first + i))->insert_before(head);
  return head;
}

struct Sums {
  long forward = 0;
  long backward = 0;
  long nodes = 0;
};

Sums walk(const Node *head) {
  Sums sums;
  const Node *forward = head;
  const Node *backward = head;
  do {
    check(forward->next->previous == forward, "next and previous disagree", forward->value);
    sums.forward += forward->value;
    sums.backward += backward->value;
    ++sums.nodes;
    forward = forward->next;
    backward = backward->previous;
  } while (forward != head);
  check(backward == head, "the ring is longer one way than the other", sums.nodes);
  return sums;
}

// Takes every third node out; returns the sum of the values that remain.
long thin_out(Node *head) {
  long taken = 0;
  long index = 1;
  for (Node *node = head->next; node != head; ++index) {
    Node *next = node->next;
    if (index % 3 == 0) {
      taken += node->value;
      node->unlink();
    }
    node = next;
  }
  return taken;
}

} // namespace

int main(int argc, char **argv) {
  long length = argument(argc, argv, 1, 100000);
  long rounds = argument(argc, argv, 2, 20);

  Node *kept = make_ring(1, length);
  long full = length * (length + 1) / 2;
  long total = 0;
  for (long round = 0; round < rounds; ++round) {
    long first = round * length;
    Node *ring = make_ring(first, length);
    long expected = length * first + length * (length - 1) / 2;
    Sums sums = walk(ring);
    check(sums.nodes == length, "a ring lost or won nodes", round);
    check(sums.forward == expected && sums.backward == expected, "wrong sum", round);
    long taken = thin_out(ring);
    sums = walk(ring);
    check(sums.forward + taken == expected, "wrong sum after removal", round);
    total += sums.nodes;
  }

  Sums sums = walk(kept);
  check(sums.forward == full && sums.backward == full, "the kept ring is damaged", sums.nodes);
  check(total == rounds * (length - (length - 1) / 3), "wrong number of nodes", total);

  // One ring is live. A stale reference could keep another one, not half of them all.
  tricolor::collect();
  long objects = static_cast<long>(tricolor::stats().objects);
  if (rounds >= 8)
    check(objects < length * rounds / 2, "dropped rings were not collected", objects);

  sums = walk(kept);
  check(sums.forward == full, "the kept ring was collected", sums.nodes);
  std::printf("linked-list: %ld rings of %ld, %ld nodes walked, sum %ld\n", rounds, length, total,
              sums.forward);
  return finish();
}
