//===- test/bench/workloads/pointer_writes.cpp - Stores of references into objects ------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   pointer_writes idle|marking HEAP-MIB COUNT
//
// Stores COUNT references into 256 objects of 64 bytes, each over another one, while HEAP-MIB MiB of nodes are alive
// (graph.h). marking: another thread collects over and over meanwhile, so that nearly all stores happen while a cycle
// runs. A tenth of COUNT comes before the measurement. An operation is a store; the processor time of the thread
// that makes them is printed beside that of the process.
//
//===------------------------------------------------------------------------------------------===//

#include "graph.h"
#include "measurement.h"
#include "threads.h"

#include <atomic>
#include <cstring>

namespace {

// 16 KiB: they stay in the nearest cache, whatever an allocator adds.
constexpr std::size_t Objects = 256;

GraphNode *heap;
GraphNode **objects;
std::atomic<bool> stop;

[[gnu::noinline]] void build(std::size_t count) {
  GraphNode **nodes = make_array<GraphNode *>(count);
  for (std::size_t i = 0; i != count; ++i)
    nodes[i] = make<GraphNode>();
  heap = link_graph(nodes, count);
  drop_array(nodes);
  objects = make_array<GraphNode *>(Objects);
  for (std::size_t i = 0; i != Objects; ++i) {
    objects[i] = make<GraphNode>();
    objects[i]->number = i;
  }
}

/// Each object in turn comes to refer to another one, further on each time.
[[gnu::noinline]] void store(GraphNode **table, std::uint64_t count) {
  std::size_t target = 1;
  for (std::uint64_t i = 0; i != count; ++i) {
    table[i % Objects]->edges[0] = table[target % Objects];
    target += 7;
  }
}

std::uint64_t checksum() {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i != Objects; ++i)
    sum = sum * 31 + objects[i]->edges[0]->number;
  return sum;
}

} // namespace

int main(int argc, char **argv) {
  const char *when = argument_text(argc, argv, 1);
  std::size_t nodes = (argument(argc, argv, 2) << 20) / sizeof(GraphNode);
  std::uint64_t count = argument(argc, argv, 3);
  bool marking = std::strcmp(when, "marking") == 0;
  if (!marking && std::strcmp(when, "idle") != 0) {
    std::fprintf(stderr, "pointer_writes: idle or marking, not %s\n", when);
    return 2;
  }
  initialize_memory();
  build(nodes);
  collect();

  in_threads(marking ? 2 : 1, [&](unsigned index) {
    if (index == 1) {
      while (!stop)
        collect();
      return;
    }
    store(objects, count / 10);
    Measurement measurement;
    std::uint64_t cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    store(objects, count);
    cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    measurement.end();
    stop = true;
    measurement.print(graph_checksum(heap, 0, nodes, checksum()), count, cpu);
  });
}
