//===- rt/heap/free_run_tree.cpp - Free runs of pages by size -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/free_run_tree.h"
#include "os/fatal.h"

namespace tricolor::rt {

static bool before(const FreeRun *a, const FreeRun *b) {
  return a->pages != b->pages ? a->pages < b->pages : a->base < b->base;
}

void FreeRunTree::insert(FreeRun *run) {
  random_ ^= random_ << 13; // xorshift
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  run->priority = random_;
  FreeRun **link = &root_;
  while (*link && (*link)->priority >= run->priority)
    link = before(run, *link) ? &(*link)->left : &(*link)->right;
  // Splits the subtree at the run's key into its children.
  FreeRun *rest = *link;
  FreeRun **left = &run->left, **right = &run->right;
  *link = run;
  while (rest) {
    if (before(rest, run)) {
      *left = rest;
      left = &rest->right;
      rest = rest->right;
    } else {
      *right = rest;
      right = &rest->left;
      rest = rest->left;
    }
  }
  *left = *right = nullptr;
}

void FreeRunTree::remove(FreeRun *run) {
  FreeRun **link = &root_;
  while (*link != run) {
    TRICOLOR_CHECK(*link != nullptr);
    link = before(run, *link) ? &(*link)->left : &(*link)->right;
  }
  FreeRun *left = run->left, *right = run->right;
  while (left && right) {
    if (left->priority >= right->priority) {
      *link = left;
      link = &left->right;
      left = left->right;
    } else {
      *link = right;
      link = &right->left;
      right = right->left;
    }
  }
  *link = left ? left : right;
}

FreeRun *FreeRunTree::best_fit(size_t pages) const {
  FreeRun *best = nullptr;
  for (FreeRun *node = root_; node;) {
    if (node->pages >= pages) {
      best = node;
      node = node->left;
    } else {
      node = node->right;
    }
  }
  return best;
}

static FreeRun *largest_dirty_in(FreeRun *node) {
  for (; node; node = node->left) {
    if (FreeRun *found = largest_dirty_in(node->right))
      return found;
    if (node->dirty != 0)
      return node;
  }
  return nullptr;
}

FreeRun *FreeRunTree::largest_dirty() const { return largest_dirty_in(root_); }

} // namespace tricolor::rt
