//===- test/unit/stack/single_step_test.cpp - Unwinding from every instruction --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An assembly function puts known values into the callee-saved registers and calls something with
// the processor's trap flag set. After every instruction a handler unwinds to that function's frame
// and compares its registers. This goes through prologues, epilogues, PLT stubs, the loader's
// resolver, the assembly code of libc: everywhere a signal may interrupt external code.
//
//===------------------------------------------------------------------------------------------===//

#include "own_stack.h"
#include "prompt_signals.h"
#include "stack/unwind.h"

#include <gtest/gtest.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

extern "C" void test_step(void (*function)());
extern "C" const char test_step_site[];
__asm__(R"(
    .text
    .globl test_step
test_step:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    pushq %rbx
    .cfi_def_cfa_offset 24
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_def_cfa_offset 32
    .cfi_offset %r12, -32
    pushq %r13
    .cfi_def_cfa_offset 40
    .cfi_offset %r13, -40
    pushq %r14
    .cfi_def_cfa_offset 48
    .cfi_offset %r14, -48
    pushq %r15
    .cfi_def_cfa_offset 56
    .cfi_offset %r15, -56
    subq $8, %rsp
    .cfi_def_cfa_offset 64
    movq $0x1b01, %rbx
    movq $0x1b02, %rbp
    movq $0x1b03, %r12
    movq $0x1b04, %r13
    movq $0x1b05, %r14
    movq $0x1b06, %r15
    pushfq
    orq $0x100, (%rsp)
    popfq
    callq *%rdi
    .globl test_step_site
test_step_site:
    pushfq
    andq $~0x100, (%rsp)
    popfq
    addq $8, %rsp
    .cfi_def_cfa_offset 56
    popq %r15
    .cfi_def_cfa_offset 48
    popq %r14
    .cfi_def_cfa_offset 40
    popq %r13
    .cfi_def_cfa_offset 32
    popq %r12
    .cfi_def_cfa_offset 24
    popq %rbx
    .cfi_def_cfa_offset 16
    popq %rbp
    .cfi_def_cfa_offset 8
    retq
    .cfi_endproc
    .size test_step, . - test_step
)");

namespace tricolor::rt {
namespace {

constexpr bool sanitizer_intercepts() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return true;
#else
  return false;
#endif
}

// The handler allocates nothing and reports later: the interrupted code may be anywhere.
StackContext bounds;
size_t steps, failures;
constexpr size_t noted_capacity = 8;
uintptr_t noted[noted_capacity];

bool reaches_step_function(const RegisterState &interrupted) {
  static const unsigned numbers[] = {3, 6, 12, 13, 14, 15};
  auto step_begin = reinterpret_cast<uintptr_t>(test_step);
  auto site = reinterpret_cast<uintptr_t>(test_step_site);
  Frame frame = {interrupted, PcKind::Interrupted};
  StackMemory memory = {bounds.stack_low, bounds.stack_high};
  for (unsigned depth = 0; depth < 200; ++depth) {
    uintptr_t pc = frame.registers.pc;
    if (frame.pc_kind == PcKind::Interrupted && pc >= step_begin && pc < site + 64)
      return true;
    if (pc == site) {
      for (unsigned i = 0; i < 6; ++i)
        if (frame.registers.gpr[numbers[i]] != 0x1b01 + i)
          return false;
      return true;
    }
    UnwindResult result;
    if (!unwind_frame(frame, memory, &result) || !result.has_caller)
      return false;
    frame = result.caller;
  }
  return false;
}

void after_instruction(int, siginfo_t *, void *context) {
  RegisterState interrupted;
  registers_from_ucontext(&interrupted, context);
  ++steps;
  if (!leaves_by_eh_return(interrupted.pc) && !reaches_step_function(interrupted)) {
    if (failures < noted_capacity)
      noted[failures] = interrupted.pc;
    ++failures;
  }
}

void step_through(void (*function)()) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  bounds = own_stack_bounds();
  steps = failures = 0;
  struct sigaction action = {}, previous;
  action.sa_sigaction = after_instruction;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, &previous);
  test_step(function);
  sigaction(SIGTRAP, &previous, nullptr);
  EXPECT_GT(steps, 5u);
  EXPECT_EQ(failures, 0u) << "of " << steps;
  for (size_t i = 0; i < failures && i < noted_capacity; ++i) {
    Dl_info info = {};
    dladdr(reinterpret_cast<void *>(noted[i]), &info);
    ADD_FAILURE() << "at " << std::hex << noted[i] << " " << (info.dli_sname ? info.dli_sname : "?")
                  << " in " << (info.dli_fname ? info.dli_fname : "?") << " + "
                  << noted[i] - reinterpret_cast<uintptr_t>(info.dli_fbase);
  }
}

int numbers[16];
char text[256], other_text[256];

TEST(SingleStep, Leaf) {
  step_through([] { numbers[0] = 1; });
}

TEST(SingleStep, Qsort) {
  for (int i = 0; i < 16; ++i)
    numbers[i] = 37 * i % 16;
  step_through([] {
    qsort(numbers, 16, sizeof(int), [](const void *a, const void *b) {
      return *static_cast<const int *>(a) - *static_cast<const int *>(b);
    });
  });
}

TEST(SingleStep, MemoryFunctions) {
  step_through([] {
    memset(text, 'a', 255);
    memcpy(other_text, text, sizeof text);
    memmove(other_text + 8, other_text, 200);
    numbers[0] = static_cast<int>(strlen(text)) + memcmp(text, other_text, 256);
  });
}

TEST(SingleStep, Formatting) {
  step_through([] { snprintf(text, sizeof text, "%d %s %.3f", 42, "text", 1.5); });
}

TEST(SingleStep, Allocation) {
  step_through([] {
    static void *volatile block;
    block = malloc(100);
    block = realloc(block, 5000);
    free(block);
    EXPECT_GT(steps, 100u);
  });
}

TEST(SingleStep, VirtualSystemCall) {
  step_through([] {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    numbers[0] = static_cast<int>(now.tv_sec);
  });
}

TEST(SingleStep, SignalHandler) {
  signal(SIGUSR2, [](int) { numbers[0] = 2; });
  step_through([] { raise(SIGUSR2); });
  signal(SIGUSR2, SIG_DFL);
}

TEST(SingleStep, ThreadsAndLocks) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  step_through([] {
    pthread_mutex_lock(&mutex);
    pthread_once(&once, [] { numbers[1] = 1; });
    pthread_mutex_unlock(&mutex);
  });
}

TEST(SingleStep, Longjmp) {
  static jmp_buf place;
  step_through([] {
    if (setjmp(place) == 0)
      longjmp(place, 1);
  });
}

TEST(SingleStep, LoaderCalls) {
  step_through([] { numbers[0] = dlsym(RTLD_DEFAULT, "no such symbol") != nullptr; });
}

TEST(SingleStep, Exceptions) {
  if (sanitizer_intercepts())
    GTEST_SKIP() << "the sanitizer puts its own _Unwind_RaiseException in front of libgcc's";
  step_through([] {
    try {
      throw 1;
    } catch (int value) {
      numbers[0] = value;
    }
  });
}

} // namespace
} // namespace tricolor::rt
