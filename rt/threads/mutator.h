//===- rt/threads/mutator.h - A thread that runs compiled code ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A mutator is a thread that may hold references: the main thread, every thread made by
// pthread_create, and any other thread at its first call into the runtime. It owns its allocation
// cache and its barrier buffer; everything else in it is written by the thread itself and read by the
// collector only while the thread is parked.
//
// States:
//
//   Running   in compiled code or in external code (libc, libraries without maps). A stop reaches it by
//             its next poll, or by the signal if it is in external code.
//   Runtime   inside the runtime, perhaps with a lock of the runtime: the signal leaves it alone, it
//             answers when it comes to a safepoint, or soon after it has left.
//   Parked    its `context` says where its frames begin and it will not touch the heap or its frames
//             until it has left the state, which it cannot while the world is stopped.
//   Held      Parked, and the collector answers a handshake for it (handshake.h). It cannot leave
//             until the collector has put it back.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_MUTATOR_H
#define TRICOLOR_RT_THREADS_MUTATOR_H

#include "heap/thread_cache.h"
#include "stack/stack_context.h"
#include "threads/barrier_buffer.h"
#include "threads/gate.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace tricolor::rt {

enum class MutatorState : uint32_t { Running, Runtime, Parked, Held };

struct alignas(64) Mutator {
  std::atomic<MutatorState> state{MutatorState::Running};
  // The last handshake that it has answered (handshake.h). Written by whoever answers.
  std::atomic<uint32_t> answered{0};
  pid_t thread_id = 0;
  // Valid while Parked, or while this thread itself collects.
  StackContext context;
  // The thread's thread pointer (%fs base): where its thread_locals are found from.
  uintptr_t thread_pointer = 0;
  ThreadCache cache;
  BarrierBuffer barrier_buffer;
  // The argument of a thread that this one is creating, until it is in the list of pending starts: a
  // root, because the frames of pthread_create are not scanned and its caller may need it no more.
  void *handover = nullptr;
  // What the thread's routine has returned: a root until the thread has ended.
  void *result = nullptr;
  // How many polls in a handler of the program need not be looked at (handshake.cpp).
  uint32_t polls_to_skip = 0;
  // Bytes of marking that it owes for what it has allocated; negative: has paid in advance.
  int64_t assist_debt = 0;
  // Safepoints passed, for stress=N.
  uint64_t safepoints = 0;
  // How often the pthread key's destructor has put the thread's end off.
  unsigned exit_rounds = 0;
  // Links of the registry, under its lock.
  Mutator *next = nullptr;
  Mutator *previous = nullptr;
};

// The calling thread's mutator, or null if it has none yet. Async-signal-safe.
extern constinit thread_local Mutator *current_mutator_pointer;

// The calling thread's mutator; makes it one if it is none yet (and initializes the runtime).
inline Mutator &current_mutator();
Mutator &attach_current_thread();

inline Mutator &current_mutator() {
  Mutator *mutator = current_mutator_pointer;
  return mutator ? *mutator : attach_current_thread();
}

// Marks the thread as inside the runtime from construction to destruction. Nests.
//
// The fences keep the compiler from moving work of the runtime past the state's stores; only the
// thread itself (in its signal handler) needs to see them in order.
class RuntimeScope {
public:
  explicit RuntimeScope(Mutator &mutator)
      : mutator_(mutator), previous_(mutator.state.load(std::memory_order_relaxed)) {
    mutator_.state.store(MutatorState::Runtime, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (runtime_gate.load(std::memory_order_relaxed)) [[unlikely]]
      wait_at_gate(mutator_, previous_);
  }
  ~RuntimeScope() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    mutator_.state.store(previous_, std::memory_order_relaxed);
  }
  RuntimeScope(const RuntimeScope &) = delete;
  RuntimeScope &operator=(const RuntimeScope &) = delete;

private:
  Mutator &mutator_;
  MutatorState previous_;
};

// The CFA of the function that expands it: what StackContext::runtime_cfa wants from an API entry. The
// function must not be inlined.
#define TRICOLOR_ENTRY_CFA() (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 16)

// Where the function that expands it returns to. The same holds for it.
#define TRICOLOR_CALLER() (reinterpret_cast<uintptr_t>(__builtin_return_address(0)))

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_MUTATOR_H
