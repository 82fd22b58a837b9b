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
//  1. The creator makes it a root of its own mutator, then adds the pending start. It may be stopped
//     while it waits for the registry's lock, with its runtime frames unscanned and nothing left of the
//     argument in its caller's.
//  2. The new thread reads the argument, attaches itself, and takes the pending start off its list under
//     one hold of the registry's lock, so a stop comes before both or after both. After both the
//     argument is in a register or in the frame of thread_starts, which is external code to a walk:
//     scanned conservatively. (Read after that, it would be nowhere in between: the pending start itself
//     is no root any more.)
//  3. thread_starts calls the routine with it and does not keep it.
//
// A result goes the other way: it is a root of its mutator from the routine's return (or pthread_exit)
// on, and in the list of finished threads from the mutator's end until it has been joined.
//
//===------------------------------------------------------------------------------------------===//

#include "os/metadata.h"
#include "os/sanitizer.h"
#include "os/thread.h"
#include "threads/libc_functions.h"
#include "threads/registry.h"
#include "threads/world.h"
#include "threads/wrappers.h"

#include <pthread.h>

namespace tricolor::rt {

namespace {

void *thread_starts(void *raw) {
  auto *start = static_cast<PendingStart *>(raw);
  void *(*routine)(void *) = start->routine;
  void *argument = start->argument;
  Mutator &self = attach_thread(start);
  {
    RuntimeScope scope(self); // metadata_free takes a lock, which a parked thread must not hold
    metadata_free(start, sizeof(PendingStart));
  }
  void *result = routine(argument);
  current_mutator_pointer->result = result;
  return result;
}

// Nobody will ask for the thread's result any more.
[[gnu::noinline]] void forget(pthread_t thread, const void *result) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  forget_finished_thread(self, thread, result);
}

} // namespace

void wrap_thread_creation() {
  real_pthread_create();
  libc_functions();
}

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
    self.handover = argument;
    start = add_pending_start(self, routine, argument);
    self.handover = nullptr;
  }
  int error;
  if (is_thread_sanitized) {
    // In this function the thread sanitizer takes no notice of atomics (os/sanitizer.h): the thread must not
    // answer here.
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    parked_region(self,
                  [&] { error = real_pthread_create()(thread, attributes, thread_starts, start); });
  } else {
    error = real_pthread_create()(thread, attributes, thread_starts, start);
  }
  if (error) {
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    cancel_pending_start(self, start);
  }
  return error;
}

__attribute__((visibility("default"))) void pthread_exit(void *result) {
  current_mutator().result = result;
  libc_functions().pthread_exit(result);
  __builtin_unreachable(); // libc's never returns, but a function pointer does not say so
}

__attribute__((visibility("default"), noinline)) int pthread_join(pthread_t thread, void **result) {
  void *value = nullptr;
  int error = libc_functions().pthread_join(thread, &value);
  if (error)
    return error;
  if (result)
    *result = value;
  if (value)
    forget(thread, value);
  return 0;
}

__attribute__((visibility("default"), noinline)) int pthread_detach(pthread_t thread) noexcept {
  // Before: once it is detached its identity may be used again at any time.
  forget(thread, nullptr);
  return libc_functions().pthread_detach(thread);
}

} // extern "C"
