//===- rt/api/compiled_code.cpp - What compiled code calls ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The slow paths of polls and barriers, and the registration of images.
//
//===------------------------------------------------------------------------------------------===//

#include "api/barrier_operands.h"
#include "api/export.h"
#include "collector/safepoint.h"
#include "heap/type_info.h"
#include "mark/barrier_log.h"
#include "mark/pointer_check.h"
#include "mark/racing_word.h"
#include "os/fatal.h"
#include "stack/loaded_image.h"
#include "stack/modules.h"
#include "threads/blocking.h"
#include "threads/initialization.h"
#include "threads/poll_pages.h"
#include "threads/poll_trap.h"
#include "threads/world.h"

#include <tricolor/abi.h>

using namespace tricolor::rt;

namespace {

// The body of a trap poll, in the handler of its signal.
void answer_trap(const RegisterState &at) {
  if (is_blocking())
    return;
  Mutator &self = current_mutator();
  // As in tricolor_rt_poll().
  if (self.state.load(std::memory_order_relaxed) != MutatorState::Running)
    return;
  RuntimeScope scope(self);
  self.context.place = StopPlace::TrapPoll;
  self.context.runtime_cfa = 0;
  self.context.registers = at;
  safepoint(self);
}

BarrierOperands operands_at(const uint8_t *&at, const BarrierRegisters &registers) {
  BarrierOperands operands;
  if (!decode_barrier_operands(at, registers, operands))
    fatal("the instruction behind a barrier's call is not its slot",
          "a breakpoint there hides it; set it at the call");
  return operands;
}

} // namespace

// The bodies, behind entries that preserve the registers.
extern "C" {

// `cfa` is the entry's.
[[gnu::used]] void tricolor_rt_poll(uintptr_t cfa) {
  if (is_blocking())
    return;
  Mutator &self = current_mutator();
  // A signal handler of the program that has interrupted the runtime: the thread may hold locks, and its
  // context is in use. The interrupted code will answer.
  if (self.state.load(std::memory_order_relaxed) != MutatorState::Running)
    return;
  RuntimeScope scope(self);
  publish_context(self, cfa);
  safepoint(self);
}

// A barrier may have been called for the checks alone; these are first, since a report takes its time, and
// nothing may come between what is remembered and the store. `cfa` is the entry's.

[[gnu::used]] void tricolor_rt_write_barrier(void *slot, uintptr_t value, uintptr_t cfa) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  if (barrier_checks()) [[unlikely]] {
    check_stored_word(self, slot, value, cfa);
    if (!barrier_is_on())
      return;
  }
  barrier_remember_store(self, racing_word_anywhere(slot), value);
}

// The words that are described at the return address `at`. What store_barrier.cpp cannot do.
[[gnu::used]] void tricolor_rt_store_barrier(const BarrierRegisters *registers, const uint8_t *at,
                                             size_t words, uintptr_t cfa) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  if (barrier_checks()) [[unlikely]] {
    const uint8_t *first = at;
    for (size_t i = 0; i < words; ++i) {
      BarrierOperands operands = operands_at(first, *registers);
      check_stored_word(self, operands.slot, operands.word, cfa);
    }
    if (!barrier_is_on())
      return;
  }
  while (words-- != 0) {
    BarrierOperands operands = operands_at(at, *registers);
    barrier_remember_store(self, racing_word_anywhere(operands.slot), operands.word);
  }
}

[[gnu::used]] void tricolor_rt_bulk_barrier(void *destination, const void *source, size_t bytes,
                                            uintptr_t cfa) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  if (barrier_checks()) [[unlikely]] {
    check_copied_words(self, destination, source, bytes, cfa);
    if (!barrier_is_on())
      return;
  }
  barrier_remember_copy(self, destination, source, bytes);
}

} // extern "C"

// Calls `BODY` with every integer register saved that a C function may change, but r11: LLVM's
// convention preserve_most. Vector registers are the caller's. Ten words with the return address keep
// the stack aligned. The unwind rules say where each register is: the map of a poll may list any.
#define TRICOLOR_PRESERVING_ENTRY(PREPARE, BODY)                                                   \
  __asm__("pushq %rbp\n\t.cfi_adjust_cfa_offset 8\n\t.cfi_rel_offset %rbp, 0\n\t"                  \
          "movq %rsp, %rbp\n\t.cfi_def_cfa_register %rbp\n\t"                                      \
          "pushq %rax\n\tpushq %rcx\n\tpushq %rdx\n\tpushq %rsi\n\t"                               \
          "pushq %rdi\n\tpushq %r8\n\tpushq %r9\n\tpushq %r10\n\t"                                 \
          ".cfi_offset %rax, -24\n\t.cfi_offset %rcx, -32\n\t.cfi_offset %rdx, -40\n\t"            \
          ".cfi_offset %rsi, -48\n\t.cfi_offset %rdi, -56\n\t.cfi_offset %r8, -64\n\t"             \
          ".cfi_offset %r9, -72\n\t.cfi_offset %r10, -80\n\t" PREPARE "call " BODY "\n\t"          \
          "popq %r10\n\tpopq %r9\n\tpopq %r8\n\tpopq %rdi\n\t"                                     \
          "popq %rsi\n\tpopq %rdx\n\tpopq %rcx\n\tpopq %rax\n\t"                                   \
          "popq %rbp\n\t.cfi_def_cfa %rsp, 8\n\tret")

TRICOLOR_API [[gnu::naked]] void tricolor_poll() {
  TRICOLOR_PRESERVING_ENTRY("leaq 16(%rbp), %rdi\n\t", "tricolor_rt_poll");
}

TRICOLOR_API [[gnu::naked]] void tricolor_trap_poll() {
  TRICOLOR_PRESERVING_ENTRY("leaq 16(%rbp), %rdi\n\t", "tricolor_rt_poll");
}

TRICOLOR_API [[gnu::naked]] void tricolor_write_barrier(void *, uintptr_t) {
  TRICOLOR_PRESERVING_ENTRY("leaq 16(%rbp), %rdx\n\t", "tricolor_rt_write_barrier");
}

TRICOLOR_API [[gnu::naked]] void tricolor_bulk_barrier(void *, const void *, size_t) {
  TRICOLOR_PRESERVING_ENTRY("leaq 16(%rbp), %rcx\n\t", "tricolor_rt_bulk_barrier");
}

TRICOLOR_API void tricolor_register_module(const tricolor_module *module) {
  ensure_initialized();
  // Outside of state Runtime: who has the loader's lock may wait for a collection, which waits for threads in Runtime.
  LoadedImage image = image_of(module);
  RuntimeScope scope(current_mutator());
  modules_register(module, image);
  if (!module->poll_page)
    return;
  install_poll_trap(answer_trap);
  add_poll_page(module->poll_page);
}

TRICOLOR_API void tricolor_unregister_module(const tricolor_module *module) {
  LoadedImage image; // before state Runtime, as above
  bool loaded = find_loaded_image(reinterpret_cast<uintptr_t>(module), &image);
  RuntimeScope scope(current_mutator());
  if (departing_roots() == DepartingRoots::Logged)
    log_globals(module);
  if (modules_unregister(module) == Unregistration::Ignored)
    return;
  if (module->poll_page)
    remove_poll_page(module->poll_page);
  if (loaded)
    types_forget_destructors(
        [](const void *context, uintptr_t code) {
          return static_cast<const LoadedImage *>(context)->contains(code, 1, SegmentUse::Code);
        },
        &image);
}
