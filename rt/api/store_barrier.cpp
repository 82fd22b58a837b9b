//===- rt/api/store_barrier.cpp - The barrier of one or two stores ----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// tricolor_store_barrier_1 and _2: an entry that saves the integer registers and calls a function which
// has no others. It appends the words to the mutator's buffer if there is room and nothing else is asked for. Where
// it cannot, it says so and has done nothing, and the entry saves the vector registers, too, and calls the body that
// can do everything (tricolor_rt_store_barrier in compiled_code.cpp).
//
// This file is compiled without vector registers (rt/CMakeLists.txt), so nothing may be called from it that is
// compiled elsewhere. A sanitizer's functions would be: a sanitized runtime always takes the long way.
//
//===------------------------------------------------------------------------------------------===//

#include "api/barrier_operands.h"
#include "api/export.h"
#include "mark/barrier_log.h"
#include "mark/racing_word.h"
#include "os/sanitizer.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

using namespace tricolor::rt;

namespace {

// As RuntimeScope, but where that would wait it does nothing: a thread in state Runtime is left alone by the
// stop signal, and nothing comes between what is remembered and the store.
class BriefRuntimeScope {
public:
  [[gnu::always_inline]] explicit BriefRuntimeScope(Mutator &mutator)
      : mutator_(mutator), previous_(mutator.state.load(std::memory_order_relaxed)) {
    mutator_.state.store(MutatorState::Runtime, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    entered_ = runtime_gate.load(std::memory_order_relaxed) == 0;
  }
  [[gnu::always_inline]] ~BriefRuntimeScope() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    mutator_.state.store(previous_, std::memory_order_relaxed);
  }
  BriefRuntimeScope(const BriefRuntimeScope &) = delete;
  BriefRuntimeScope &operator=(const BriefRuntimeScope &) = delete;

  [[gnu::always_inline]] bool entered() const { return entered_; }

private:
  Mutator &mutator_;
  MutatorState previous_;
  bool entered_;
};

// The words that are described at the return address `at`. False: nothing is remembered.
template <size_t Stores>
[[gnu::always_inline]] inline bool remember(const BarrierRegisters &registers, const uint8_t *at) {
  Mutator *self = current_mutator_pointer;
  if (!self || !barrier_is_on() || barrier_checks())
    return false;
  BriefRuntimeScope scope(*self);
  BarrierBuffer &buffer = self->barrier_buffer;
  size_t count = buffer.count;
  if (!scope.entered() || BarrierBuffer::kCapacity - count < 2 * Stores)
    return false;
  bool overwritten = barrier_remembers_overwritten(), once = barrier_remembers_once();
  for (size_t i = 0; i != Stores; ++i) {
    BarrierOperands operands;
    if (!decode_barrier_operands(at, registers, operands))
      return false;
    uintptr_t old = racing_word_anywhere(operands.slot);
    for (uintptr_t word : {overwritten ? old : 0, operands.word})
      if (word != 0 && !self->cache.surely_black(word) && !(once && buffer.remembered.note(word)))
        buffer.words[count++] = word;
  }
  buffer.count = count;
  return true;
}

} // namespace

extern "C" {

[[gnu::used]] TRICOLOR_NOT_INSTRUMENTED bool
tricolor_rt_remember_store_1(const BarrierRegisters *registers, const uint8_t *at) {
  return !is_sanitized && remember<1>(*registers, at);
}

[[gnu::used]] TRICOLOR_NOT_INSTRUMENTED bool
tricolor_rt_remember_store_2(const BarrierRegisters *registers, const uint8_t *at) {
  return !is_sanitized && remember<2>(*registers, at);
}

} // extern "C"

// What is pushed is BarrierRegisters from the end, 16 words below the frame pointer; what a C function preserves is
// not popped. The stack may have any alignment. Vector registers are saved by the lower 16 bytes only.
#define TRICOLOR_STORE_BARRIER_ENTRY(STORES)                                                       \
  __asm__("pushq %rbp\n\t.cfi_adjust_cfa_offset 8\n\t.cfi_rel_offset %rbp, 0\n\t"                  \
          "movq %rsp, %rbp\n\t.cfi_def_cfa_register %rbp\n\t"                                      \
          "pushq %r15\n\tpushq %r14\n\tpushq %r13\n\tpushq %r12\n\t"                               \
          "pushq %r11\n\tpushq %r10\n\tpushq %r9\n\tpushq %r8\n\t"                                 \
          "pushq %rdi\n\tpushq %rsi\n\tpushq (%rbp)\n\t"                                           \
          "leaq 16(%rbp), %rdi\n\tpushq %rdi\n\t"                                                  \
          "pushq %rbx\n\tpushq %rdx\n\tpushq %rcx\n\tpushq %rax\n\t"                               \
          "movq %rsp, %rdi\n\tmovq 8(%rbp), %rsi\n\t"                                              \
          "call tricolor_rt_remember_store_" #STORES "\n\t"                                        \
          "testb %al, %al\n\tje 2f\n"                                                              \
          "1:\tpopq %rax\n\tpopq %rcx\n\tpopq %rdx\n\taddq $24, %rsp\n\t"                          \
          "popq %rsi\n\tpopq %rdi\n\tpopq %r8\n\tpopq %r9\n\tpopq %r10\n\tpopq %r11\n\t"           \
          "leave\n\t.cfi_remember_state\n\t.cfi_def_cfa %rsp, 8\n\tret\n"                          \
          "2:\t.cfi_restore_state\n\t"                                                             \
          "movq %rsp, %rdi\n\tmovq 8(%rbp), %rsi\n\tmovl $" #STORES ", %edx\n\t"                   \
          "leaq 16(%rbp), %rcx\n\t"                                                                \
          "subq $256, %rsp\n\tandq $-16, %rsp\n\t"                                                 \
          ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"                                       \
          "movaps %xmm\\n, 16*\\n(%rsp)\n\t.endr\n\t"                                              \
          "call tricolor_rt_store_barrier\n\t"                                                     \
          ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"                                       \
          "movaps 16*\\n(%rsp), %xmm\\n\n\t.endr\n\t"                                              \
          "leaq -128(%rbp), %rsp\n\tjmp 1b")

static_assert(sizeof(BarrierRegisters) == 128);

TRICOLOR_API [[gnu::naked]] void tricolor_store_barrier_1() { TRICOLOR_STORE_BARRIER_ENTRY(1); }
TRICOLOR_API [[gnu::naked]] void tricolor_store_barrier_2() { TRICOLOR_STORE_BARRIER_ENTRY(2); }
