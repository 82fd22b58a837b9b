//===- rt/stack/register_state.cpp - The registers of a stopped thread ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/register_state.h"

#include <ucontext.h>

namespace tricolor::rt {

static_assert(offsetof(RegisterState, gpr) == 0 && offsetof(RegisterState, pc) == 128 &&
              offsetof(RegisterState, vector_state) == 136 &&
              offsetof(RegisterState, vector_words) == 144 && sizeof(RegisterState) == 152);

void tricolor_rt_capture_registers(RegisterState *) {
  __asm__("xorl %eax, %eax\n\t"
          "movq %rax, 0(%rdi)\n\t"
          "movq %rax, 8(%rdi)\n\t"
          "movq %rax, 16(%rdi)\n\t"
          "movq %rbx, 24(%rdi)\n\t"
          "movq %rax, 32(%rdi)\n\t"
          "movq %rax, 40(%rdi)\n\t"
          "movq %rbp, 48(%rdi)\n\t"
          "leaq 8(%rsp), %rcx\n\t"
          "movq %rcx, 56(%rdi)\n\t"
          "movq %rax, 64(%rdi)\n\t"
          "movq %rax, 72(%rdi)\n\t"
          "movq %rax, 80(%rdi)\n\t"
          "movq %rax, 88(%rdi)\n\t"
          "movq %r12, 96(%rdi)\n\t"
          "movq %r13, 104(%rdi)\n\t"
          "movq %r14, 112(%rdi)\n\t"
          "movq %r15, 120(%rdi)\n\t"
          "movq (%rsp), %rcx\n\t"
          "movq %rcx, 128(%rdi)\n\t"
          "movq %rax, 136(%rdi)\n\t"
          "movq %rax, 144(%rdi)\n\t"
          "retq");
}

namespace {

// What the kernel writes into the part of the saved FP state that the hardware leaves to software
// (struct _fpx_sw_bytes of asm/sigcontext.h).
constexpr size_t fp_software_offset = 464;
constexpr uint32_t fp_extended_magic = 0x46505853;
constexpr size_t fp_legacy_bytes = 512;

struct FpSoftwareBytes {
  uint32_t magic;
  uint32_t extended_bytes;
  uint64_t features;
  uint32_t state_bytes;
};

size_t saved_vector_bytes(const void *fp_state) {
  FpSoftwareBytes software;
  __builtin_memcpy(&software, static_cast<const char *>(fp_state) + fp_software_offset,
                   sizeof software);
  return software.magic == fp_extended_magic ? software.state_bytes : fp_legacy_bytes;
}

} // namespace

void registers_from_ucontext(RegisterState *state, const void *ucontext) {
  const auto *interrupted = static_cast<const ucontext_t *>(ucontext);
  const greg_t *saved = interrupted->uc_mcontext.gregs;
  static constexpr int by_dwarf_number[16] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                              REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                              REG_R12, REG_R13, REG_R14, REG_R15};
  for (unsigned i = 0; i < 16; ++i)
    state->gpr[i] = static_cast<uintptr_t>(saved[by_dwarf_number[i]]);
  state->pc = static_cast<uintptr_t>(saved[REG_RIP]);
  const void *fp_state = interrupted->uc_mcontext.fpregs;
  state->vector_state = static_cast<const uintptr_t *>(fp_state);
  state->vector_words = fp_state ? saved_vector_bytes(fp_state) / sizeof(uintptr_t) : 0;
}

} // namespace tricolor::rt
