//===- docs/examples/containers.cpp - Containers with the only reference ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The containers and function objects of the standard library, unchanged, hold collected nodes.
// Their own memory is freed as always, when they say so; until then it keeps what it refers to
// alive.
//
//   containers [NODES]     default 100000
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Number : tricolor::managed {
  explicit Number(long n) : number(n) {}
  long number;
};

struct Node : tricolor::managed {
  explicit Node(long number) : value(number), square(new Number(number * number)) {}
  bool good(long number) const { return value == number && square->number == number * number; }
  long value;
  Number *square;
};

// Garbage that takes the place of whatever was freed by mistake.
[[gnu::noinline]] void disturb() {
  tricolor::collect();
  for (long i = 0; i < 16; ++i)
    new Node(-7);
}

long use_vector(long count) {
  std::vector<Node *> nodes;
  for (long i = 0; i < count; ++i)
    nodes.push_back(new Node(i));
  disturb();
  std::vector<Node *> copy(nodes.rbegin(), nodes.rend());
  nodes.clear();
  nodes.shrink_to_fit();
  disturb();
  long sum = 0;
  for (Node *node : copy) {
    check(node->good(count - 1 - sum), "std::vector lost a node", sum);
    ++sum;
  }
  return sum;
}

long use_map(long count) {
  std::map<std::string, Node *> by_name;
  for (long i = 0; i < count; ++i)
    by_name.emplace("node number " + std::to_string(i), new Node(i));
  disturb();
  long found = 0;
  for (long i = 0; i < count; i += 2)
    by_name.erase("node number " + std::to_string(i));
  disturb();
  for (long i = 1; i < count; i += 2) {
    auto position = by_name.find("node number " + std::to_string(i));
    if (position != by_name.end() && position->second->good(i))
      ++found;
    else
      check(false, "std::map lost a node", i);
  }
  return found;
}

// A function object too large for std::function's own buffer, and one that fits.
std::function<long()> capture_many(long i) {
  Node *first = new Node(i);
  Node *second = new Node(i + 1);
  Node *third = new Node(i + 2);
  return [first, second, third] { return first->value + second->value + third->value; };
}

std::function<long()> capture_one(long i) {
  Node *node = new Node(i);
  return [node] { return node->good(node->value) ? node->value : -1; };
}

long use_function(long count) {
  std::vector<std::function<long()>> functions;
  for (long i = 0; i < count; i += 2) {
    functions.push_back(capture_many(i));
    functions.push_back(capture_one(i));
  }
  disturb();
  long sum = 0;
  long index = 0;
  for (auto &function : functions) {
    long i = index / 2 * 2;
    long expected = index % 2 ? i : 3 * i + 3;
    long result = function();
    check(result == expected, "std::function lost a capture", index);
    sum += result == expected;
    ++index;
  }
  return sum;
}

struct Owner {
  explicit Owner(long i) : node(new Node(i)) {}
  Node *node;
};

long use_pointers(long count) {
  std::vector<std::unique_ptr<Owner>> unique;
  std::vector<std::shared_ptr<Owner>> shared;
  for (long i = 0; i < count; ++i) {
    unique.push_back(std::make_unique<Owner>(i));
    shared.push_back(std::make_shared<Owner>(-i));
  }
  disturb();
  long good = 0;
  for (long i = 0; i < count; ++i) {
    bool both = unique[static_cast<size_t>(i)]->node->good(i) &&
                shared[static_cast<size_t>(i)]->node->good(-i);
    check(both, "a smart pointer's object lost its node", i);
    good += both;
  }
  return good;
}

} // namespace

int main(int argc, char **argv) {
  long count = argument(argc, argv, 1, 100000) & ~1L;
  long vectors = use_vector(count);
  long maps = use_map(count);
  long functions = use_function(count);
  long pointers = use_pointers(count);
  check(vectors == count && maps == count / 2 && functions == count && pointers == count,
        "wrong number of nodes", vectors + maps + functions + pointers);
  std::printf("containers: vector %ld, map %ld, function %ld, pointers %ld\n", vectors, maps,
              functions, pointers);
  return finish();
}
