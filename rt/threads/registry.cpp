//===- rt/threads/registry.cpp - The set of mutators ------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/registry.h"

#include "heap/find_object.h"
#include "os/fatal.h"
#include "os/metadata.h"
#include "os/sanitizer.h"
#include "threads/blocking.h"
#include "threads/current_mutator.h"
#include "threads/handshake.h"
#include "threads/initialization.h"
#include "threads/world.h"

#include <limits.h>
#include <new>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tricolor::rt {

namespace {

constinit Mutex g_lock;
constinit Mutator *g_first = nullptr;
constinit size_t g_count = 0;
constinit PendingStart *g_pending = nullptr;
constinit FinishedThread *g_finished = nullptr;
constinit MutatorHooks g_hooks = {[](Mutator &) {}, [](Mutator &) {}, [](Mutator &, void *) {}};
pthread_key_t g_exit_key;

template <class Node> void link(Node *&head, Node *node) {
  node->previous = nullptr;
  node->next = head;
  if (head)
    head->previous = node;
  head = node;
}

template <class Node> void unlink(Node *&head, Node *node) {
  (node->previous ? node->previous->next : head) = node->next;
  if (node->next)
    node->next->previous = node->previous;
}

void find_stack(StackContext &context) {
  pthread_attr_t attributes;
  void *low = nullptr;
  size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0 ||
      pthread_attr_getstack(&attributes, &low, &bytes) != 0)
    fatal("cannot find the bounds of a thread's stack (pthread_getattr_np failed)",
          "is /proc mounted? The main thread's stack is found through /proc/self/maps");
  pthread_attr_destroy(&attributes);
  context.stack_low = reinterpret_cast<uintptr_t>(low);
  context.stack_high = context.stack_low + bytes;
}

enum class Joinable : uint8_t { No, Yes };

Joinable joinable() {
  pthread_attr_t attributes;
  int state = PTHREAD_CREATE_JOINABLE;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    return Joinable::Yes; // to keep a result too long is the lesser evil
  pthread_attr_getdetachstate(&attributes, &state);
  pthread_attr_destroy(&attributes);
  return state == PTHREAD_CREATE_JOINABLE ? Joinable::Yes : Joinable::No;
}

// A record for the calling thread's result, if somebody may still want it.
FinishedThread *record_result(const Mutator &self) {
  if (!find_object(reinterpret_cast<uintptr_t>(self.result)) || joinable() == Joinable::No)
    return nullptr;
  auto *record = static_cast<FinishedThread *>(metadata_allocate(sizeof(FinishedThread)));
  record->thread = pthread_self();
  record->result = self.result;
  return record;
}

// Under the lock. A thread that was joined behind our back is forgotten here when its identity is
// used again.
void drop_finished(pthread_t thread, const void *result) {
  FinishedThread *record = g_finished;
  while (record && !pthread_equal(record->thread, thread))
    record = record->next;
  if (!record || (result && record->result != result))
    return;
  unlink(g_finished, record);
  metadata_free(record, sizeof(FinishedThread));
}

// Leaves the registry for good. The cache's runs and spans go back to the heap first, so that nothing
// refers to the mutator any more.
[[gnu::noinline]] void detach_current_thread(Mutator &self) {
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  FinishedThread *record = record_result(self);
  parked_region(self, [] { g_lock.lock(); });
  if (record) {
    g_hooks.passes(self, record->result);
    link(g_finished, record);
  }
  g_hooks.goes(self);
  self.cache.flush();
  unlink(g_first, &self);
  --g_count;
  set_current_mutator(nullptr);
  g_lock.unlock();
}

// The last round of destructors in which a thread may end. A sanitizer ends its part of the thread in the
// last one of all, and what is instrumented cannot run after that.
constexpr unsigned kLastRound = PTHREAD_DESTRUCTOR_ITERATIONS - (is_sanitized ? 1 : 0);

// Runs as a pthread key's destructor, that is after the destructors of the thread's thread_locals.
// Other keys' destructors may still run compiled code, so it lets them go first, as long as it may.
void thread_ends(void *raw) {
  auto *self = static_cast<Mutator *>(raw);
  if (++self->exit_rounds < kLastRound && pthread_setspecific(g_exit_key, self) == 0)
    return;
  detach_current_thread(*self);
  // Under the lock: this thread is no mutator any more, and a fork waits for the lock and for mutators only.
  LockGuard guard(g_lock);
  metadata_free(self, sizeof(Mutator), alignof(Mutator));
}

} // namespace

Mutex &registry_lock() { return g_lock; }
void set_mutator_hooks(const MutatorHooks &hooks) { g_hooks = hooks; }
Mutator *first_mutator() { return g_first; }
size_t mutator_count() { return g_count; }
PendingStart *first_pending_start() { return g_pending; }
FinishedThread *first_finished_thread() { return g_finished; }

void registry_initialize() {
  if (pthread_key_create(&g_exit_key, thread_ends) != 0)
    fatal("cannot make the pthread key that sees threads end",
          "the program has used up all PTHREAD_KEYS_MAX keys before its first allocation");
}

Mutator &attach_thread(PendingStart *start) {
  ensure_initialized();
  if (current_mutator_pointer) // initialization attaches the thread that runs it
    return *current_mutator_pointer;
  // Under the lock, like all that this thread does to the runtime before it is a mutator: a fork waits
  // for the lock and then for mutators only.
  g_lock.lock();
  auto *self = new (metadata_allocate(sizeof(Mutator), alignof(Mutator))) Mutator();
  g_lock.unlock();
  self->thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  self->thread_pointer = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  find_stack(self->context);
  if (pthread_setspecific(g_exit_key, self) != 0)
    fatal("no memory for a thread's pthread key", "raise the limit on address space (ulimit -v)");
  // Until it is in the list nobody stops it; from then on the signal may come, and finds Runtime.
  self->state.store(MutatorState::Runtime, std::memory_order_relaxed);
  set_current_mutator(self);
  g_lock.lock();
  self->answered.store(handshake_epoch(), std::memory_order_relaxed);
  g_hooks.comes(*self);
  link(g_first, self);
  ++g_count;
  if (start) {
    g_hooks.passes(*self, start->argument);
    unlink(g_pending, start);
  }
  drop_finished(pthread_self(), nullptr);
  g_lock.unlock();
  self->state.store(MutatorState::Running, std::memory_order_seq_cst);
  return *self;
}

Mutator &attach_current_thread() {
  Mutator *blocking = leave_blocking();
  return blocking ? *blocking : attach_thread(nullptr);
}

[[gnu::noinline]] PendingStart *add_pending_start(Mutator &self, void *(*routine)(void *),
                                                  void *argument) {
  auto *start =
      static_cast<PendingStart *>(metadata_allocate(sizeof(PendingStart), alignof(PendingStart)));
  start->routine = routine;
  start->argument = argument;
  parked_region(self, [] { g_lock.lock(); });
  g_hooks.passes(self, argument);
  link(g_pending, start);
  g_lock.unlock();
  return start;
}

void cancel_pending_start(Mutator &self, PendingStart *start) {
  parked_region(self, [] { g_lock.lock(); });
  g_hooks.passes(self, start->argument);
  unlink(g_pending, start);
  g_lock.unlock();
  metadata_free(start, sizeof(PendingStart));
}

void forget_finished_thread(Mutator &self, pthread_t thread, const void *result) {
  parked_region(self, [] { g_lock.lock(); });
  if (result)
    g_hooks.passes(self, const_cast<void *>(result));
  drop_finished(thread, result);
  g_lock.unlock();
}

void registry_after_fork(Mutator &self) {
  // The other threads do not exist in the child. What their caches had reserved goes back to the heap,
  // which nobody else could do any more; the mutators' own memory is left alone.
  for (Mutator *mutator = g_first; mutator; mutator = mutator->next)
    mutator->cache.flush();
  self.next = self.previous = nullptr;
  self.thread_id = static_cast<pid_t>(syscall(SYS_gettid));
  g_first = &self;
  g_count = 1;
  g_pending = nullptr;
  g_finished = nullptr;
}

} // namespace tricolor::rt
