//===- rt/api/finalizers.cpp - Running what the finalizer queue holds -------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/finalizers.h"

#include "api/collected_object.h"
#include "api/export.h"
#include "api/release.h"
#include "collector/cycle_hooks.h"
#include "collector/finalizer_thread.h"
#include "heap/layout.h"
#include "heap/specials.h"
#include "mark/barrier_log.h"
#include "mark/finalizer_queue.h"
#include "threads/stop_signal.h"
#include "threads/world.h"

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <signal.h>
#include <unwind.h>

using namespace tricolor::rt;

extern "C" {

// An exception that comes to the frame of tricolor_rt_call goes no further: the search for a handler fails, and the
// C++ library calls std::terminate. A thread that is cancelled, or ends by pthread_exit, passes.
[[gnu::used]] _Unwind_Reason_Code tricolor_rt_call_personality(int, _Unwind_Action actions,
                                                               uint64_t, _Unwind_Exception *,
                                                               _Unwind_Context *) {
  return actions & _UA_SEARCH_PHASE ? _URC_FATAL_PHASE1_ERROR : _URC_CONTINUE_UNWIND;
}

// Calls function(argument).
void tricolor_rt_call(uintptr_t function, uintptr_t argument);
}
__asm__(".pushsection .text\n\t.type tricolor_rt_call, @function\n\t"
        ".globl tricolor_rt_call\n\t.hidden tricolor_rt_call\n"
        "tricolor_rt_call:\n\t.cfi_startproc\n\t"
        ".cfi_personality 0x1b, tricolor_rt_call_personality\n\t"
        "pushq %rbp\n\t.cfi_def_cfa_offset 16\n\t.cfi_offset %rbp, -16\n\t"
        "movq %rsp, %rbp\n\t.cfi_def_cfa_register %rbp\n\t"
        "movq %rdi, %rax\n\tmovq %rsi, %rdi\n\tcallq *%rax\n\t"
        "popq %rbp\n\t.cfi_def_cfa %rsp, 8\n\tretq\n\t"
        ".cfi_endproc\n\t.size tricolor_rt_call, .-tricolor_rt_call\n\t.popsection");

namespace tricolor::rt {

namespace {

struct Elements {
  void (*destructor)(void *) = nullptr;
  uintptr_t first = 0;
  size_t size = 0;
  size_t count = 0;
};

// What is to be destroyed of the queued object at `base`; nothing if `delete` has come before.
Elements elements_of(Mutator &self, uintptr_t base) {
  RuntimeScope scope(self);
  ObjectRef object = find_object(base);
  if (!object || object.base != base || !is_destructor_queued(object))
    return {};
  ObjectLayout layout = object_layout(object);
  Elements elements = {layout.type->destructor(), base, layout.type->size, 1};
  if (!elements.destructor)
    return {};
  if (layout.form == ArrayForm::Array)
    elements.count = *array_count(object);
  if (layout.form == ArrayForm::CookieArray) {
    elements.first += first_element_offset(*layout.type, layout.form);
    elements.count = *(reinterpret_cast<const size_t *>(elements.first) - 1);
  }
  return elements;
}

void destroy(Mutator &self, uintptr_t base) {
  Elements elements = elements_of(self, base);
  for (size_t i = elements.count; i-- != 0;)
    tricolor_rt_call(reinterpret_cast<uintptr_t>(elements.destructor),
                     elements.first + i * elements.size);
}

void forget(Mutator &self, FinalizerCall &call) {
  RuntimeScope scope(self);
  uintptr_t word = call.word.load(std::memory_order_relaxed);
  if (departing_roots() == DepartingRoots::Logged)
    log_words(&word, 1);
  call.word.store(0, std::memory_order_release);
}

void call_hook(CycleHook hook) { tricolor_rt_call(reinterpret_cast<uintptr_t>(hook), 0); }

// Makes the calls that have not begun. Returns how many; the batch is done if none is left.
size_t make_calls(Mutator &self, CallBatch &batch) {
  size_t made = 0;
  CallChunk *chunk = batch.first;
  for (size_t skip = batch.begun / CallChunk::kCapacity; skip != 0; --skip)
    chunk = chunk->next;
  while (batch.begun < batch.calls && finalizers_go_on()) {
    size_t index = batch.begun++ % CallChunk::kCapacity;
    FinalizerCall &call = chunk->calls[index];
    uintptr_t word = call.word.load(std::memory_order_relaxed);
    if (call.function) {
      tricolor_rt_call(call.function, word);
      forget(self, call);
    } else {
      destroy(self, word);
    }
    ++made;
    if (index + 1 == CallChunk::kCapacity)
      chunk = chunk->next;
  }
  return made;
}

// Frees what has been destroyed, unless a destructor has done so.
void free_destroyed(Mutator &self, FinalizerCall &call) {
  uintptr_t word = call.word.load(std::memory_order_relaxed);
  if (call.function || !word)
    return;
  RuntimeScope scope(self);
  ObjectRef object = find_object(word);
  if (object && object.base == word && is_destructor_queued(object))
    release(reinterpret_cast<void *>(word), 0);
  call.word.store(0, std::memory_order_release);
}

void finish(Mutator &self, CallBatch &batch) {
  for (CallChunk *chunk = batch.first; chunk; chunk = chunk->next)
    for (size_t i = 0; i < chunk->count; ++i)
      free_destroyed(self, chunk->calls[i]);
  RuntimeScope scope(self);
  free_batch(take_oldest_batch());
}

CallBatch *next_batch(Mutator &self) {
  RuntimeScope scope(self);
  return oldest_batch();
}

[[gnu::noinline]] RunnerTurn take_turn(Mutator &self) {
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  return begin_finalizers(self);
}

void end_turn(Mutator &self) {
  RuntimeScope scope(self);
  end_finalizers();
}

[[gnu::noinline]] void await_announcement(uint32_t seen) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  await_finalizers(self, seen);
}

} // namespace

void finalizer_main(void *) {
  // What a fault or a stop raises must come here; the program's other signals are not for this thread.
  sigset_t blocked;
  sigfillset(&blocked);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, kStopSignal})
    sigdelset(&blocked, signal);
  pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  current_mutator();
  for (;;) {
    uint32_t seen = finalizer_announcements();
    tricolor_run_finalizers();
    await_announcement(seen);
  }
}

} // namespace tricolor::rt

TRICOLOR_API size_t tricolor_run_finalizers() {
  Mutator &self = current_mutator();
  if (take_turn(self) == RunnerTurn::Refused)
    return 0;
  run_cycle_hooks(self, call_hook);
  size_t made = 0;
  for (CallBatch *batch; (batch = next_batch(self));) {
    made += make_calls(self, *batch);
    if (batch->begun < batch->calls)
      break; // the program is at its end
    finish(self, *batch);
  }
  end_turn(self);
  return made;
}

TRICOLOR_API void tricolor_add_finalizer(void *address, void (*function)(void *)) {
  RuntimeScope scope(current_mutator());
  specials_add(require_collected(address, "a finalizer"),
               new_special(SpecialKind::Finalizer, reinterpret_cast<uintptr_t>(function),
                           reinterpret_cast<uintptr_t>(address)));
}

TRICOLOR_API void tricolor_add_cleanup(const void *address, void (*function)(void *),
                                       void *argument) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  ObjectRef object = require_collected(address, "a cleanup");
  if (barrier_is_on())
    barrier_remember(self, reinterpret_cast<uintptr_t>(argument));
  specials_add(object, new_cleanup(reinterpret_cast<uintptr_t>(function),
                                   reinterpret_cast<uintptr_t>(argument)));
}

TRICOLOR_API void tricolor_on_cycle(int event, void (*function)(void)) {
  RuntimeScope scope(current_mutator());
  add_cycle_hook(event == TRICOLOR_CYCLE_BEGIN ? CycleEvent::Begin : CycleEvent::End, function);
}
