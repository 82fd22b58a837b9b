//===- rt/mark/external_roots.cpp - Memory outside the heap that holds references -------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/external_roots.h"

#include "os/lock.h"
#include "os/metadata.h"

namespace tricolor::rt {

namespace {

constinit Mutex g_lock;
constinit ExternalRoot *g_first = nullptr;

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
  (root->previous ? root->previous->next : g_first) = root->next;
  if (root->next)
    root->next->previous = root->previous;
  metadata_free(root, sizeof(ExternalRoot));
}

const ExternalRoot *first_external_root() { return g_first; }

} // namespace tricolor::rt
