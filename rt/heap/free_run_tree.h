//===- rt/heap/free_run_tree.h - Free runs of pages by size -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A treap (a search tree by (pages, base), a heap by a random priority): logarithmic in
// expectation, no rebalancing state, two pointers per run. Under the page heap's lock.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_FREE_RUN_TREE_H
#define TRICOLOR_RT_HEAP_FREE_RUN_TREE_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct FreeRun {
  uintptr_t base;
  size_t pages;
  size_t dirty; // pages that are
  FreeRun *left, *right;
  uint32_t priority;
};

class FreeRunTree {
public:
  void insert(FreeRun *run);
  /// The run must be in the tree, its key unchanged.
  void remove(FreeRun *run);
  /// The smallest run of at least so many pages, of equals the lowest; null if none.
  FreeRun *best_fit(size_t pages) const;
  /// The largest run that has dirty pages; null if none.
  FreeRun *largest_dirty() const;
  /// Calls f(FreeRun *) for each, smallest first.
  template <class F> void for_each(F &&f) const { walk(root_, f); }

private:
  template <class F> static void walk(FreeRun *node, F &f) {
    if (!node)
      return;
    walk(node->left, f);
    f(node);
    walk(node->right, f);
  }
  FreeRun *root_ = nullptr;
  uint32_t random_ = 2463534242u;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_FREE_RUN_TREE_H
