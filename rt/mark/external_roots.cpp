//===- rt/mark/external_roots.cpp - Memory outside the heap that holds references -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/external_roots.h"

#include "mark/barrier_log.h"
#include "os/lock.h"
#include "os/metadata.h"

#include <algorithm>

namespace tricolor::rt {

namespace {

constinit Mutex g_lock;
constinit ExternalRoot *g_first = nullptr;
// Where log_external_roots() is: what comes next, and how many bytes of it are done. Under the lock.
constinit ExternalRoot *g_place = nullptr;
constinit size_t g_done = 0;

// How much is logged in one hold of the lock. Larger: who throws meanwhile waits longer; smaller: the lock
// is taken more often.
constexpr size_t kBytesPerHold = 4096;

// Newest first: exceptions end in about the reverse order of their beginning, and few are in flight.
ExternalRoot *find(const void *begin) {
  ExternalRoot *root = g_first;
  while (root && root->begin != reinterpret_cast<uintptr_t>(begin))
    root = root->next;
  return root;
}

} // namespace

void add_external_root(const void *begin, size_t bytes) {
  auto *root = static_cast<ExternalRoot *>(metadata_allocate(sizeof(ExternalRoot)));
  LockGuard guard(g_lock);
  *root = {reinterpret_cast<uintptr_t>(begin), bytes, nullptr, g_first, nullptr};
  if (g_first)
    g_first->previous = root;
  g_first = root;
}

void set_external_root_destructor(const void *begin, void (*destructor)(void *)) {
  LockGuard guard(g_lock);
  if (ExternalRoot *root = find(begin))
    root->destructor = destructor;
}

ExternalRoot find_external_root(const void *begin) {
  LockGuard guard(g_lock);
  ExternalRoot *root = find(begin);
  return root ? *root : ExternalRoot{};
}

void remove_external_root(const void *begin) {
  LockGuard guard(g_lock);
  ExternalRoot *root = find(begin);
  if (!root)
    return;
  if (departing_roots() == DepartingRoots::Logged)
    log_memory(root->begin, root->bytes);
  if (root == g_place) {
    g_place = root->next;
    g_done = 0;
  }
  (root->previous ? root->previous->next : g_first) = root->next;
  if (root->next)
    root->next->previous = root->previous;
  metadata_free(root, sizeof(ExternalRoot));
}

size_t log_external_roots() {
  LogAppender log;
  size_t sum = 0;
  {
    LockGuard guard(g_lock);
    g_place = g_first;
    g_done = 0;
  }
  for (;;) {
    LockGuard guard(g_lock);
    for (size_t left = kBytesPerHold; left != 0;) {
      if (!g_place)
        return sum;
      size_t part = std::min(left, g_place->bytes - g_done);
      log.add(reinterpret_cast<const uintptr_t *>(g_place->begin + g_done),
              part / sizeof(uintptr_t));
      g_done += part;
      sum += part;
      // Whole words, so that a part of the next one does not end inside a word.
      left -= std::min(left, (part + sizeof(uintptr_t) - 1) & ~(sizeof(uintptr_t) - 1));
      if (g_done == g_place->bytes) {
        g_place = g_place->next;
        g_done = 0;
      }
    }
  }
}

const ExternalRoot *first_external_root() { return g_first; }

} // namespace tricolor::rt
