//===- rt/threads/creation.cpp - The process's pthread_create ---------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The process's pthread_create: a thread made by anyone, std::thread in libstdc++.so included, is a
// mutator before its first instruction. Its argument passes from the creator's frame to the list of
// pending starts, to the new thread's frame, without a moment in which no root holds it:
//
//  1. The creator adds the pending start while its own frame still holds the argument.
//  2. The new thread attaches itself and takes the pending start off its list under one hold of the
//     registry's lock, so a stop comes before both or after both. After both the argument is in a
//     register or in the frame of thread_starts, which is external code to a walk: scanned
//     conservatively.
//  3. thread_starts jumps to the routine, it does not call it: no frame of ours stays to keep the
//     argument alive for the thread's whole life.
//
//===------------------------------------------------------------------------------------------===//

#include "os/metadata.h"
#include "os/thread.h"
#include "threads/registry.h"
#include "threads/world.h"
#include "threads/wrappers.h"

#include <pthread.h>

namespace tricolor::rt {

namespace {

void *thread_starts(void *raw) {
  auto *start = static_cast<PendingStart *>(raw);
  attach_thread(start);
  void *(*routine)(void *) = start->routine;
  void *argument = start->argument;
  metadata_free(start, sizeof(PendingStart));
  [[clang::musttail]] return routine(argument);
}

} // namespace

void wrap_thread_creation() { real_pthread_create(); }

} // namespace tricolor::rt

using namespace tricolor::rt;

extern "C" {

__attribute__((visibility("default"), noinline)) int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *),
               void *argument) noexcept {
  if (creating_system_thread())
    return real_pthread_create()(thread, attributes, routine, argument);
  Mutator &self = current_mutator();
  PendingStart *start;
  {
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    start = add_pending_start(self, routine, argument);
  }
  int error = real_pthread_create()(thread, attributes, thread_starts, start);
  if (error) {
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    cancel_pending_start(self, start);
  }
  return error;
}

} // extern "C"
