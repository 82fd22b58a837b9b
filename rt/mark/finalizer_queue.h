//===- rt/mark/finalizer_queue.h - Calls that the program is to get -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What a cycle finds dead and the program wants to know of, in the order of the calls: finalizers,
// destructors, cleanups. One *batch* a cycle. The collector adds batches; one mutator at a time runs
// them (api/finalizers.cpp). Every word is a root from the moment it is in the queue:
//
//  - the object of a finalizer and the argument of a cleanup until the call has returned,
//  - the object of a destructor until it has been freed. That is when all of its batch have been
//    called: what a destructor can reach has been found dead in the same cycle, so it is in the same
//    batch or has no destructor.
//
// A batch says how many of its calls have begun, so that none is made twice: not by the one who goes on
// after a fork whose child lacks the thread that was in the middle of one.
//
// The queue's lock is taken by mutators in state Runtime, and not held during a call.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_FINALIZER_QUEUE_H
#define TRICOLOR_RT_MARK_FINALIZER_QUEUE_H

#include "heap/specials.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct FinalizerCall {
  uintptr_t function;          // void (*)(void *); 0: the destructor of the object
  std::atomic<uintptr_t> word; // 0 once it is no root any more
};

struct CallChunk {
  // Larger: fewer blocks for a cycle with many dead; smaller: less memory for one with few.
  static constexpr size_t kCapacity = 254;
  CallChunk *next;
  size_t count;
  FinalizerCall calls[kCapacity];
};

struct CallBatch {
  CallBatch *next = nullptr;
  CallChunk *first = nullptr, *last = nullptr;
  size_t calls = 0;
  // How many calls have begun. By the one who runs the batch.
  size_t begun = 0;

  void add(uintptr_t function, uintptr_t word);
  FinalizerCall &at(size_t index);
};

// A batch that nobody knows yet. Ends the program when there is no memory.
CallBatch *new_batch();
// Adds a batch with at least one call to the queue. By the collector.
void queue_batch(CallBatch *batch);
// Frees a batch that is in no queue.
void free_batch(CallBatch *batch);

// The oldest batch, or null; it stays in the queue. By the one who runs it.
CallBatch *oldest_batch();
// Takes the oldest batch out of the queue. Nothing in it is a root any more.
CallBatch *take_oldest_batch();

// Calls visit(context, word) for each root of the queue.
void visit_finalizer_queue(void *context, RootVisitor visit);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_FINALIZER_QUEUE_H
