//===- test/run/traced-churn.cpp - Traced memory is freed ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Strings and containers are built and dropped again and again. Their memory belongs to the heap
// and is a root until it is freed; the destructors free it, so no round may leave anything behind.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 400 50 | FileCheck %s
// RUN: %{stress50} %t 40 6 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 400 50 | FileCheck %s
//
// CHECK: traced-churn: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <any>
#include <deque>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

[[gnu::noinline]] static long one_round(long size) {
  std::map<std::string, std::vector<Node *>> index;
  std::unordered_map<long, std::shared_ptr<std::string>> strings;
  std::list<std::deque<long>> queues;
  std::vector<std::function<long()>> functions;
  std::vector<std::any> values;
  std::ostringstream text;
  for (long i = 0; i < size; ++i) {
    index["a key that is too long for the small buffer " + std::to_string(i % 10)].push_back(
        make_pair_of_nodes(i));
    strings[i] = std::make_shared<std::string>(static_cast<size_t>(i % 100 + 20), 'x');
    queues.emplace_back(5, i);
    functions.push_back([a = make_pair_of_nodes(i), b = make_pair_of_nodes(i), i] {
      return good_pair(a, i) && good_pair(b, i) ? 1L : 0L;
    });
    values.emplace_back(std::string(40, 'y'));
    text << i << ' ';
  }
  long good = 0;
  for (auto &[key, nodes] : index)
    for (Node *node : nodes)
      good += good_pair(node, node->value);
  for (auto &function : functions)
    good += function();
  std::istringstream input(text.str());
  std::string line;
  std::getline(input, line);
  good += static_cast<long>(line.size()) == static_cast<long>(text.str().size());
  return good;
}

int main(int argc, char **argv) {
  long size = argument(argc, argv, 1, 400);
  long rounds = argument(argc, argv, 2, 50);
  // What the library keeps for itself is allocated in the first round.
  check(one_round(size) == 2 * size + 1, "a container lost a node");
  tricolor::collect();
  auto before = tricolor::stats();
  for (long round = 0; round < rounds; ++round)
    check(one_round(size) == 2 * size + 1, "a container lost a node", round);
  tricolor::collect();
  auto after = tricolor::stats();
  long more = static_cast<long>(after.objects) - static_cast<long>(before.objects);
  check(more <= size / 8 + 4, "objects were left behind", more);
  check(after.heap_live_bytes <= before.heap_live_bytes + 64 * 1024, "memory was left behind",
        static_cast<long>(after.heap_live_bytes) - static_cast<long>(before.heap_live_bytes));
  check(after.mallocs - before.mallocs > static_cast<uint64_t>(rounds * size * 5),
        "the containers' memory is not in the heap",
        static_cast<long>(after.mallocs - before.mallocs));
  std::printf("traced-churn: done\n");
  return finish();
}
