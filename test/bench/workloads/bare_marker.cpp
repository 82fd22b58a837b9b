//===- test/bench/workloads/bare_marker.cpp - Marking without a collector ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   bare_marker MIB CYCLES THREADS
//
// Marks the graph of full_mark.cpp as fast as this machine lets a simple loop: the nodes lie one behind the other in the
// order of making, marks are bits beside them, and each thread has a stack and a short queue of objects that are on their
// way into the cache. There is no header, descriptor, size class or check of a pointer. CYCLES times after once to warm
// up. An operation is a node that has been marked.
//
//===------------------------------------------------------------------------------------------===//

#include "graph.h"
#include "measurement.h"
#include "threads.h"

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace {

// Objects that a thread waits for at a time. More: more of the memory's latency is hidden; fewer: less of the nearest
// cache is taken.
constexpr unsigned Queue = 16;
// Objects that one thread hands to another. More: less to synchronize; fewer: the work is divided more evenly.
constexpr std::size_t Share = 512;

/// One bit for each node.
class Marks {
public:
  Marks(const GraphNode *first, std::size_t count)
      : first_(first), words_(count / 64 + 1),
        bits_(std::make_unique<std::atomic<std::uint64_t>[]>(words_)) {}

  void clear() {
    for (std::size_t i = 0; i != words_; ++i)
      bits_[i].store(0, std::memory_order_relaxed);
  }

  /// Whether it was not marked before.
  template <bool Shared> bool mark(const GraphNode *node) {
    std::atomic<std::uint64_t> &word = bits_[index(node) / 64];
    std::uint64_t bit = std::uint64_t{1} << (index(node) % 64);
    std::uint64_t old = word.load(std::memory_order_relaxed);
    if (old & bit)
      return false;
    if constexpr (Shared)
      return !(word.fetch_or(bit, std::memory_order_relaxed) & bit);
    word.store(old | bit, std::memory_order_relaxed);
    return true;
  }

private:
  std::size_t index(const GraphNode *node) const { return static_cast<std::size_t>(node - first_); }

  const GraphNode *first_;
  std::size_t words_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> bits_;
};

using Stack = std::vector<GraphNode *>;

/// Work that threads leave for those that have none.
class Pool {
public:
  explicit Pool(unsigned threads) : working_(threads) {}

  bool wanted() const { return waiting_.load(std::memory_order_relaxed) != 0; }

  void give(Stack &stack) {
    std::lock_guard guard(lock_);
    shares_.emplace_back(stack.end() - Share, stack.end());
    stack.resize(stack.size() - Share);
  }

  /// Waits for work. False: there is none, and nobody has any.
  bool take(Stack &stack) {
    ++waiting_;
    --working_;
    for (;;) {
      {
        std::lock_guard guard(lock_);
        if (!shares_.empty()) {
          stack = std::move(shares_.back());
          shares_.pop_back();
          ++working_;
          --waiting_;
          return true;
        }
        if (working_ == 0)
          return false;
      }
      std::this_thread::yield();
    }
  }

private:
  std::mutex lock_;
  std::vector<Stack> shares_;
  std::atomic<unsigned> working_, waiting_ = 0;
};

/// Marks what can be reached from the stack, and returns how many nodes that are.
template <bool Shared> std::size_t mark_all(Marks &marks, Pool &pool, Stack stack) {
  GraphNode *queue[Queue];
  unsigned head = 0, tail = 0;
  std::size_t marked = 0;
  for (;;) {
    while (tail - head != Queue && !stack.empty()) {
      GraphNode *node = stack.back();
      stack.pop_back();
      __builtin_prefetch(node);
      queue[tail++ % Queue] = node;
    }
    if (head == tail) {
      if (!pool.take(stack))
        return marked;
      continue;
    }
    const GraphNode *node = queue[head++ % Queue];
    ++marked;
    for (GraphNode *edge : node->edges)
      if (edge && marks.mark<Shared>(edge))
        stack.push_back(edge);
    if (Shared && stack.size() > 2 * Share && pool.wanted())
      pool.give(stack);
  }
}

void cycle(Marks &marks, GraphNode *root, std::size_t count, unsigned threads) {
  marks.clear();
  marks.mark<false>(root);
  Pool pool(threads);
  std::atomic<std::size_t> marked = 0;
  in_threads(threads, [&](unsigned index) {
    Stack stack;
    stack.reserve(1 << 20);
    if (index == 0)
      stack.push_back(root);
    marked += threads == 1 ? mark_all<false>(marks, pool, std::move(stack))
                           : mark_all<true>(marks, pool, std::move(stack));
  });
  if (marked != count) {
    std::fprintf(stderr, "bare_marker: marked %zu of %zu nodes\n", marked.load(), count);
    std::exit(1);
  }
}

} // namespace

int main(int argc, char **argv) {
  std::size_t count = (argument(argc, argv, 1) << 20) / sizeof(GraphNode);
  std::uint64_t cycles = argument(argc, argv, 2);
  auto threads = static_cast<unsigned>(argument(argc, argv, 3));
  void *memory = mmap(nullptr, count * sizeof(GraphNode), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    return 1;
  }
  auto *first = static_cast<GraphNode *>(memory);
  GraphNode *root;
  {
    std::vector<GraphNode *> nodes(count);
    for (std::size_t i = 0; i != count; ++i)
      nodes[i] = new (&first[i]) GraphNode;
    root = link_graph(nodes.data(), count);
  }
  Marks marks(first, count);
  cycle(marks, root, count, threads);

  Measurement measurement;
  for (std::uint64_t i = 0; i != cycles; ++i)
    cycle(marks, root, count, threads);
  measurement.end();
  measurement.print(graph_checksum(root, 0, count, 0), count * cycles);
}
