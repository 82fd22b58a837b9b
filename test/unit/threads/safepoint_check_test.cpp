//===- test/unit/threads/safepoint_check_test.cpp - Where a thread may answer -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One function in assembly stands in for compiled code, and makes two calls: one of a leaf, without a site, and
// one whose site says that the whole frame is scanned, as that of a call that can have no map.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/safepoint_check.h"

#include "stack/managed_frame.h"
#include "stack/own_stack.h"

#include <gtest/gtest.h>

#include <csignal>

extern "C" {
void test_calls_leaf(void (*function)(void *), void *argument);
void test_calls_unmapped(void (*function)(void *), void *argument);
extern const char test_leaf_return[], test_unmapped_site[], test_linkage_table[];
}

__asm__(R"(
    .text
    .globl test_calls_leaf
    .type test_calls_leaf, @function
test_calls_leaf:
    .cfi_startproc
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    movq %rdi, %rax
    movq %rsi, %rdi
    callq *%rax
    .globl test_leaf_return
test_leaf_return:
    addq $24, %rsp
    .cfi_def_cfa_offset 8
    retq
    .cfi_endproc
    .size test_calls_leaf, . - test_calls_leaf

    .globl test_calls_unmapped
    .type test_calls_unmapped, @function
test_calls_unmapped:
    .cfi_startproc
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    movq %rdi, %rax
    movq %rsi, %rdi
    callq *%rax
    .globl test_unmapped_site
test_unmapped_site:
    addq $24, %rsp
    .cfi_def_cfa_offset 8
    retq
    .cfi_endproc
    .size test_calls_unmapped, . - test_calls_unmapped

    # Code without unwind information.
    .globl test_linkage_table
test_linkage_table:
    nop
    nop
)");

namespace tricolor::rt {
namespace {

class SafepointCheck : public testing::Test {
protected:
  SafepointCheck() {
    module_.add_map(reinterpret_cast<void *>(test_calls_unmapped),
                    {{test_unmapped_site, {root(TRICOLOR_ROOT_FRAME), TRICOLOR_ROOT_END}}});
    module_.add_function(reinterpret_cast<void *>(test_calls_leaf));
    module_.add_function(reinterpret_cast<void *>(test_calls_unmapped));
    module_.do_register();
  }

  TestModule module_;
};

enum class Answer : uint8_t { None, Safe, Inside };
struct Asked {
  StopPlace place;
  Answer answer = Answer::None;
};

// The answer for a thread that stands here.
[[gnu::noinline]] void ask(void *raw) {
  auto *asked = static_cast<Asked *>(raw);
  TRICOLOR_TEST_CONTEXT(context);
  context.place = asked->place;
  asked->answer = (place_kind(context) != PlaceKind::Safepoint) ? Answer::Inside : Answer::Safe;
}

TEST_F(SafepointCheck, InALeafCalledByCompiledCode) {
  Asked asked = {StopPlace::Signal};
  test_calls_leaf(ask, &asked);
  EXPECT_EQ(asked.answer, Answer::Inside);
}

TEST_F(SafepointCheck, InACallWithoutAMap) {
  Asked asked = {StopPlace::Signal};
  test_calls_unmapped(ask, &asked);
  EXPECT_EQ(asked.answer, Answer::Safe);
}

// What the innermost frame calls is a safepoint; what its caller was about to do has nothing to do with it.
TEST_F(SafepointCheck, OnlyTheInnermostCallCounts) {
  Asked asked = {StopPlace::Signal};
  test_calls_leaf([](void *raw) { test_calls_unmapped(ask, raw); }, &asked);
  EXPECT_EQ(asked.answer, Answer::Safe);
}

TEST_F(SafepointCheck, AtAPollOfTheThreadsOwn) {
  Asked asked = {StopPlace::RuntimeEntry};
  test_calls_leaf(ask, &asked);
  EXPECT_EQ(asked.answer, Answer::Safe);
}

// A signal came on the way from the call to the leaf, in code that cannot be unwound.
Answer answer_in_linkage_table(const char *return_address, unsigned pushed) {
  volatile uintptr_t words[8] = {};
  words[pushed] = reinterpret_cast<uintptr_t>(return_address);
  TRICOLOR_TEST_CONTEXT(context);
  context.place = StopPlace::Signal;
  context.registers.pc = reinterpret_cast<uintptr_t>(test_linkage_table);
  context.registers.gpr[7] = reinterpret_cast<uintptr_t>(words);
  return (place_kind(context) != PlaceKind::Safepoint) ? Answer::Inside : Answer::Safe;
}

TEST_F(SafepointCheck, OnTheWayIntoALeaf) {
  for (unsigned pushed : {0u, 1u, 2u}) {
    EXPECT_EQ(answer_in_linkage_table(test_leaf_return, pushed), Answer::Inside) << pushed;
    EXPECT_EQ(answer_in_linkage_table(test_unmapped_site, pushed), Answer::Safe) << pushed;
  }
  EXPECT_EQ(answer_in_linkage_table(test_leaf_return, 3), Answer::Safe);
}

// From here on the program has a handler, for good.
Asked g_asked;
StackContext g_bounds;

void handle(int) {
  StackContext context = g_bounds;
  context.place = g_asked.place;
  capture_registers(&context.registers);
  g_asked.answer = (place_kind(context) != PlaceKind::Safepoint) ? Answer::Inside : Answer::Safe;
}

Answer answer_in_handler(void (*caller)(void (*)(void *), void *), StopPlace place) {
  g_asked = {place};
  g_bounds = own_stack_bounds();
  struct sigaction action = {}, before;
  action.sa_handler = handle;
  sigaction(SIGUSR1, &action, &before);
  caller([](void *) { raise(SIGUSR1); }, nullptr);
  sigaction(SIGUSR1, &before, nullptr);
  return g_asked.answer;
}

TEST_F(SafepointCheck, InAHandlerThatInterruptedALeaf) {
  EXPECT_EQ(answer_in_handler(test_calls_leaf, StopPlace::RuntimeEntry), Answer::Inside);
  EXPECT_EQ(answer_in_handler(test_calls_leaf, StopPlace::Signal), Answer::Inside);
}

TEST_F(SafepointCheck, InAHandlerThatInterruptedACallWithoutAMap) {
  EXPECT_EQ(answer_in_handler(test_calls_unmapped, StopPlace::RuntimeEntry), Answer::Safe);
  EXPECT_EQ(answer_in_handler(test_calls_unmapped, StopPlace::Signal), Answer::Safe);
}

} // namespace
} // namespace tricolor::rt
