//===- docs/examples/exceptions.cpp - Exceptions and the only reference -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Grows a tree along a deep recursion and throws from the bottom. Everything that is used
// afterwards is held by one thing only: a local of a frame that the exception passes through, an
// object with a destructor in such a frame, or the exception itself, which carries a node and is
// seen by nobody else while destructors run and allocate.
//
//   exceptions [DEPTH [ROUNDS]]     default 1000 100
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace {

struct Node : tricolor::managed {
  explicit Node(long number) : value(number) {}
  long value;
  Node *left = nullptr;
  Node *right = nullptr;
};

// What is thrown: the node in it has no other reference.
struct Failure {
  Node *culprit;
  long depth;
};

// Thrown, too: with a base class, a string and a node.
class NodeError : public std::runtime_error {
public:
  NodeError(const std::string &message, Node *node) : std::runtime_error(message), node_(node) {}
  Node *node() const { return node_; }

private:
  Node *node_;
};

// Garbage that takes the place of whatever was freed by mistake.
[[gnu::noinline]] void make_garbage() {
  for (long i = 0; i < 4; ++i)
    (new Node(-1))->left = new Node(-2);
}

// Uses its node, and allocates, when the stack is unwound through it.
class Witness {
public:
  explicit Witness(long number) : number_(number), node_(new Node(number)) {}
  ~Witness() {
    make_garbage();
    check(node_->value == number_, "a witness lost its node", number_);
  }
  Witness(const Witness &) = delete;
  Witness &operator=(const Witness &) = delete;

private:
  long number_;
  Node *node_;
};

Node *chain(long value) {
  Node *node = new Node(value);
  node->left = new Node(value + 1);
  node->left->right = new Node(value + 2);
  return node;
}

void check_chain(const Node *node, long value, const char *what) {
  check(node->value == value && node->left->value == value + 1 &&
            node->left->right->value == value + 2,
        what, value);
}

[[noreturn]] void fail(long round) {
  Failure failure = {chain(round * 10), 0};
  tricolor::collect();
  throw failure;
}

// Returns the number of frames that were left by an exception.
[[gnu::noinline]] long descend(long depth, long round) {
  Node *mine = chain(depth);
  if (depth == 0)
    fail(round);
  if (depth % 4 == 1) {
    // Only cleanups in this frame.
    Witness witness(depth);
    long frames = descend(depth - 1, round);
    check_chain(mine, depth, "a frame with a witness lost its tree");
    return frames;
  }
  try {
    return descend(depth - 1, round);
  } catch (Failure &failure) {
    make_garbage();
    check_chain(mine, depth, "a frame that catches lost its tree");
    check_chain(failure.culprit, round * 10, "the exception lost its node");
    ++failure.depth;
    if (depth % 4 == 3) {
      // A new exception in the place of the old one.
      Failure next = {failure.culprit, failure.depth};
      throw next;
    }
    throw;
  }
}

// An exception that outlives its handler in an exception_ptr.
std::exception_ptr keep_exception(long round) {
  try {
    throw NodeError("round " + std::to_string(round), chain(round));
  } catch (...) {
    return std::current_exception();
  }
}

void rethrow_kept(long round) {
  std::exception_ptr kept = keep_exception(round);
  make_garbage();
  tricolor::collect();
  make_garbage();
  try {
    std::rethrow_exception(kept);
  } catch (const NodeError &error) {
    check_chain(error.node(), round, "the kept exception lost its node");
    check(error.what() == "round " + std::to_string(round), "the kept exception lost its text",
          round);
    return;
  }
  check(false, "the kept exception was not rethrown", round);
}

} // namespace

int main(int argc, char **argv) {
  long depth = argument(argc, argv, 1, 1000);
  long rounds = argument(argc, argv, 2, 100);
  long caught = 0;
  for (long round = 0; round < rounds; ++round) {
    try {
      descend(depth, round);
      check(false, "nothing was thrown", round);
    } catch (const Failure &failure) {
      check_chain(failure.culprit, round * 10, "the exception lost its node on the way out");
      caught += failure.depth;
    }
    rethrow_kept(round);
  }
  // Every frame but the lowest and those with a witness caught it.
  long catchers = depth - (depth + 3) / 4;
  check(caught == rounds * catchers, "wrong number of handlers", caught);
  std::printf("exceptions: %ld handlers ran\n", caught);
  return finish();
}
