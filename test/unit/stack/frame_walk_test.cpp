//===- test/unit/stack/frame_walk_test.cpp - Precise, external and interrupted frames -------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/frame_walk.h"

#include "managed_frame.h"
#include "own_stack.h"
#include "parked_thread.h"
#include "recording_sink.h"

#include <gtest/gtest.h>

#include <csetjmp>
#include <cstdlib>
#include <pthread.h>
#include <unistd.h>

__asm__(R"(
    .text
    .globl test_managed_frame
    .type test_managed_frame, @function
    .p2align 4
test_managed_frame:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_offset %r12, -32
    subq $256, %rsp
    movq %rdi, %rax
    movq %rsi, %r10
    movq %rcx, %rbx
    movq %rdx, %rsi
    movq %rsp, %rdi
    movl $32, %ecx
    rep movsq
    movq %r10, %rdi
    xorl %esi, %esi
    callq *%rax
    .globl test_managed_frame_site
test_managed_frame_site:
    addq $256, %rsp
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa %rsp, 8
    retq
    .cfi_endproc
    .size test_managed_frame, . - test_managed_frame

    .globl test_managed_noreturn
    .type test_managed_noreturn, @function
test_managed_noreturn:
    .cfi_startproc
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    movq %rdi, %rax
    movq %rsi, %rdi
    callq *%rax
    .globl test_managed_noreturn_site
test_managed_noreturn_site:
    .cfi_endproc
    .size test_managed_noreturn, . - test_managed_noreturn
    .globl test_after_noreturn
    .type test_after_noreturn, @function
test_after_noreturn:
    .cfi_startproc
    .cfi_def_cfa_offset 4096
    retq
    .cfi_endproc
    .size test_after_noreturn, . - test_after_noreturn
)");

namespace tricolor::rt {
namespace {

constexpr unsigned rsp = 7, rbp = 6, rbx = 3;
constexpr uintptr_t rbx_tag = 0x5ec3e7000000b0b0;

// The words of the managed frame: word i is tag(i). In static memory, so that no frame holds them
// but the managed one.
uintptr_t tag(size_t i) { return 0x5ec3e70000000000 + i; }
uintptr_t frame_words[managed_frame_words];

struct Walked {
  RecordingSink sink;
  WalkCounts counts;
};

[[gnu::noinline]] void walk_here(void *argument) {
  auto *walked = static_cast<Walked *>(argument);
  TRICOLOR_TEST_CONTEXT(context);
  walked->counts = walk_stack(context, walked->sink.sink());
}

// Walks, by means of a callee of the managed function, whose only site has this root list.
Walked walk_with_list_from(void (*callee)(void *), const std::vector<uint8_t> &list) {
  for (size_t i = 0; i < managed_frame_words; ++i)
    frame_words[i] = tag(i);
  TestModule module;
  module.add_map(reinterpret_cast<void *>(test_managed_frame), {{test_managed_frame_site, list}});
  module.add_function(reinterpret_cast<void *>(test_managed_frame));
  module.do_register();
  Walked walked;
  test_managed_frame(callee, &walked, frame_words, rbx_tag);
  EXPECT_EQ(walked.counts.cut, 0u);
  return walked;
}

Walked walk_with_list(const std::vector<uint8_t> &list) {
  Walked walked = walk_with_list_from(walk_here, list);
  EXPECT_EQ(walked.counts.precise, 1u);
  EXPECT_GT(walked.counts.conservative, 1u);
  return walked;
}

// Checks which words of the managed frame were reported, and how.
void expect_words(const Walked &walked, const std::vector<size_t> &exact,
                  const std::vector<size_t> &tolerant) {
  for (size_t i = 0; i < managed_frame_words; ++i) {
    size_t as_exact = static_cast<size_t>(std::count(exact.begin(), exact.end(), i));
    size_t as_tolerant = static_cast<size_t>(std::count(tolerant.begin(), tolerant.end(), i));
    EXPECT_EQ(walked.sink.count(tag(i), RootCertainty::Exact), as_exact) << i;
    EXPECT_EQ(walked.sink.count(tag(i), RootCertainty::Tolerant), as_tolerant) << i;
    EXPECT_EQ(walked.sink.count(tag(i)), as_exact + as_tolerant) << i;
  }
}

TEST(FrameWalk, AnEmptyListHidesTheFrame) {
  Walked walked = walk_with_list({TRICOLOR_ROOT_END});
  expect_words(walked, {}, {});
}

TEST(FrameWalk, SlotsRelativeToBothPointers) {
  std::vector<uint8_t> list = {root(TRICOLOR_ROOT_SLOT, rsp), 8, root(TRICOLOR_ROOT_TOLERANT, rsp),
                               24};
  list.push_back(root(TRICOLOR_ROOT_SLOT, rbp));
  append_sleb(list, -272 + 5 * 8);
  list.push_back(TRICOLOR_ROOT_END);
  expect_words(walk_with_list(list), {1, 5}, {3});
}

TEST(FrameWalk, Range) {
  std::vector<uint8_t> list = {root(TRICOLOR_ROOT_RANGE, rsp), 16, 3, TRICOLOR_ROOT_END};
  expect_words(walk_with_list(list), {}, {2, 3, 4});
}

TEST(FrameWalk, MaskWithBothSets) {
  // 11 words from word 4: exact 0, 1, 8; tolerant 3, 10.
  std::vector<uint8_t> list = {
      root(TRICOLOR_ROOT_MASK, rsp), 32, 11, 0x03, 0x01, 0x08, 0x04, TRICOLOR_ROOT_END};
  expect_words(walk_with_list(list), {4, 5, 12}, {7, 14});
}

TEST(FrameWalk, BitsPastTheMaskAreNotRoots) {
  std::vector<uint8_t> list = {root(TRICOLOR_ROOT_MASK, rsp), 0, 3, 0xff, 0x00, TRICOLOR_ROOT_END};
  expect_words(walk_with_list(list), {0, 1, 2}, {});
}

TEST(FrameWalk, RepeatedElements) {
  // 4 times 3 words from word 6, the first exact, the last tolerant.
  std::vector<uint8_t> list = {
      root(TRICOLOR_ROOT_REPEAT, rsp), 48, 4, 3, 0x01, 0x04, TRICOLOR_ROOT_END};
  expect_words(walk_with_list(list), {6, 9, 12, 15}, {8, 11, 14, 17});
}

TEST(FrameWalk, RegisterOfTheFrame) {
  Walked walked = walk_with_list({root(TRICOLOR_ROOT_REGISTER, rbx), TRICOLOR_ROOT_END});
  EXPECT_EQ(walked.sink.count(rbx_tag, RootCertainty::Tolerant), 1u);
}

TEST(FrameWalk, WholeFrame) {
  Walked walked = walk_with_list({TRICOLOR_ROOT_FRAME, TRICOLOR_ROOT_END});
  for (size_t i = 0; i < managed_frame_words; ++i)
    EXPECT_EQ(walked.sink.count(tag(i), RootCertainty::Conservative), 1u) << i;
  EXPECT_TRUE(walked.sink.saw(rbx_tag));
}

TEST(FrameWalk, SeveralEntriesAfterEachOther) {
  // 56 is the largest offset from rsp that fits one byte.
  std::vector<uint8_t> list = {root(TRICOLOR_ROOT_SLOT, rsp),
                               0,
                               root(TRICOLOR_ROOT_RANGE, rsp),
                               8,
                               2,
                               root(TRICOLOR_ROOT_MASK, rsp),
                               56,
                               2,
                               0x02,
                               0x01,
                               root(TRICOLOR_ROOT_REGISTER, rbx),
                               TRICOLOR_ROOT_END};
  Walked walked = walk_with_list(list);
  expect_words(walked, {0, 8}, {1, 2, 7});
  EXPECT_TRUE(walked.sink.saw(rbx_tag));
}

TEST(FrameWalk, WithoutAMapTheFrameIsConservative) {
  for (size_t i = 0; i < managed_frame_words; ++i)
    frame_words[i] = tag(i);
  Walked walked;
  test_managed_frame(walk_here, &walked, frame_words, rbx_tag);
  EXPECT_EQ(walked.counts.precise, 0u);
  for (size_t i = 0; i < managed_frame_words; ++i)
    EXPECT_GE(walked.sink.count(tag(i), RootCertainty::Conservative), 1u) << i;
}

// An external function keeps a pointer in rbx and calls a managed one, which saves rbx where its
// map does not look: the external frame must still show it.
TEST(FrameWalk, RegistersOfExternalFramesAreRecovered) {
  TestModule module;
  module.add_map(reinterpret_cast<void *>(test_managed_frame),
                 {{test_managed_frame_site, {TRICOLOR_ROOT_END}}});
  module.do_register();
  Walked walked;
  uintptr_t hidden = ~rbx_tag;
  void (*walk)(void *) = walk_here;
  __asm__ volatile("movq %[hidden], %%rbx\n\t"
                   "notq %%rbx\n\t"
                   "callq test_managed_frame"
                   : "+D"(walk)
                   : "S"(&walked), "d"(frame_words), "c"(uintptr_t{1}), [hidden] "a"(hidden)
                   : "rbx", "r8", "r9", "r10", "r11", "memory", "cc");
  EXPECT_EQ(walked.counts.precise, 1u);
  EXPECT_GE(walked.sink.count(rbx_tag, RootCertainty::Conservative), 1u);
}

[[gnu::noinline]] void runtime_entry(Walked *walked) {
  volatile uintptr_t local = tag(77);
  TRICOLOR_TEST_CONTEXT(context);
  context.runtime_cfa = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 16;
  walked->counts = walk_stack(context, walked->sink.sink());
  EXPECT_EQ(local, tag(77));
}

[[gnu::noinline]] void caller_of_runtime(Walked *walked) {
  volatile uintptr_t local = tag(78);
  runtime_entry(walked);
  EXPECT_EQ(local, tag(78));
}

TEST(FrameWalk, FramesOfTheRuntimeAreSkipped) {
  Walked walked;
  caller_of_runtime(&walked);
  EXPECT_FALSE(walked.sink.saw(tag(77)));
  EXPECT_TRUE(walked.sink.saw(tag(78)));
  EXPECT_EQ(walked.counts.frames, walked.counts.conservative + 1);
}

jmp_buf back;
void walk_and_leave(void *argument) {
  walk_here(argument);
  longjmp(back, 1);
}

TEST(FrameWalk, ACallThatEndsItsFunction) {
  ASSERT_EQ(static_cast<const void *>(test_managed_noreturn_site),
            reinterpret_cast<void *>(test_after_noreturn));
  TestModule module;
  module.add_map(reinterpret_cast<void *>(test_managed_noreturn),
                 {{test_managed_noreturn_site, {TRICOLOR_ROOT_END}}});
  module.add_map(reinterpret_cast<void *>(test_managed_frame),
                 {{test_managed_frame_site, {TRICOLOR_ROOT_END}}});
  module.do_register();
  static Walked walked;
  if (setjmp(back) == 0)
    test_managed_noreturn(walk_and_leave, &walked);
  EXPECT_EQ(walked.counts.precise, 1u);
  EXPECT_EQ(walked.counts.cut, 0u);
}

// Two records of one function that disagree (identical code folding) leave the frame conservative.
TEST(FrameWalk, ContradictingRecords) {
  for (size_t i = 0; i < managed_frame_words; ++i)
    frame_words[i] = tag(i);
  TestModule module;
  for (uint8_t offset : {0, 8})
    module.add_map(reinterpret_cast<void *>(test_managed_frame),
                   {{test_managed_frame_site, {root(TRICOLOR_ROOT_SLOT, rsp), offset, 0}}});
  module.do_register();
  Walked walked;
  test_managed_frame(walk_here, &walked, frame_words, rbx_tag);
  for (size_t i = 0; i < managed_frame_words; ++i)
    EXPECT_TRUE(walked.sink.saw(tag(i))) << i;
}

[[gnu::noinline]] void count_frames(WalkCounts *counts) {
  TRICOLOR_TEST_CONTEXT(context);
  *counts = walk_stack(context, ignoring_sink());
}

[[gnu::noinline, clang::optnone]] size_t recurse(size_t depth, WalkCounts *counts) {
  if (depth == 0) {
    count_frames(counts);
    return 0;
  }
  return 1 + recurse(depth - 1, counts);
}

TEST(FrameWalk, DeepRecursion) {
  WalkCounts counts;
  EXPECT_EQ(recurse(20000, &counts), 20000u);
  EXPECT_GT(counts.frames, 20000u);
  EXPECT_LT(counts.frames, 20100u);
  EXPECT_EQ(counts.cut, 0u);
}

// Code without unwind information: the rest of the stack is conservative.
extern "C" void test_no_unwind_information(void (*function)(void *), void *argument);
__asm__(R"(
    .text
    .globl test_no_unwind_information
test_no_unwind_information:
    subq $24, %rsp
    movq %rdi, %rax
    movq %rsi, %rdi
    callq *%rax
    addq $24, %rsp
    retq
)");

TEST(FrameWalk, WithoutUnwindInformationTheRestIsConservative) {
  Walked walked;
  volatile uintptr_t local = tag(99);
  test_no_unwind_information(walk_here, &walked);
  EXPECT_EQ(walked.counts.cut, 1u);
  EXPECT_EQ(local, tag(99));
  EXPECT_TRUE(walked.sink.saw(tag(99)));
}

TEST(FrameWalk, AThreadWithoutStackHasNoFrames) {
  StackContext context = {};
  WalkCounts counts = walk_stack(context, ignoring_sink());
  EXPECT_EQ(counts.frames, 0u);
}

// The managed frame as if its thread were at a trap poll that ends at the site.
[[gnu::noinline]] void walk_from_trap(void *argument) {
  auto *walked = static_cast<Walked *>(argument);
  TRICOLOR_TEST_CONTEXT(context);
  context.place = StopPlace::TrapPoll;
  context.runtime_cfa = 0;
  const auto *frame = static_cast<const uintptr_t *>(__builtin_frame_address(0));
  context.registers.pc = reinterpret_cast<uintptr_t>(test_managed_frame_site);
  context.registers.gpr[rsp] = reinterpret_cast<uintptr_t>(frame + 2);
  context.registers.gpr[rbp] = frame[0];
  for (unsigned i : {0u, 1u, 11u}) // rax, rdx, r11
    context.registers.gpr[i] = tag(100 + i);
  walked->counts = walk_stack(context, walked->sink.sink());
}

// Registers that no call preserves, and the word below the stack pointer.
TEST(FrameWalk, ATrapPollListsAnyRegisterAndTheRedZone) {
  Walked walked = walk_with_list_from(
      walk_from_trap, {root(TRICOLOR_ROOT_REGISTER, 0), root(TRICOLOR_ROOT_REGISTER, 11),
                       root(TRICOLOR_ROOT_SLOT, rsp), 8, root(TRICOLOR_ROOT_TOLERANT, rsp), 0x78,
                       TRICOLOR_ROOT_END});
  EXPECT_EQ(walked.counts.precise, 1u);
  expect_words(walked, {1}, {});
  EXPECT_EQ(walked.sink.count(tag(100), RootCertainty::Tolerant), 1u);
  EXPECT_EQ(walked.sink.count(tag(111), RootCertainty::Tolerant), 1u);
  EXPECT_EQ(walked.sink.count(tag(101)), 0u);
  EXPECT_EQ(walked.sink.count(reinterpret_cast<uintptr_t>(test_managed_frame_site),
                              RootCertainty::Tolerant),
            1u);
}

// A list that says no more than "the whole frame" is not about registers.
TEST(FrameWalk, ATrapPollWithoutListIsAnInterruptedFrame) {
  Walked walked =
      walk_with_list_from(walk_from_trap, {root(TRICOLOR_ROOT_FRAME, 0), TRICOLOR_ROOT_END});
  EXPECT_EQ(walked.counts.precise, 0u);
  for (size_t i : {100, 101, 111})
    EXPECT_EQ(walked.sink.count(tag(i), RootCertainty::Conservative), 1u) << i;
  EXPECT_EQ(walked.sink.count(tag(3), RootCertainty::Conservative), 1u);
}

TEST(FrameWalkDeath, MalformedLists) {
  EXPECT_DEATH(walk_with_list({root(TRICOLOR_ROOT_SLOT, 0), 0, 0}), "does not survive calls");
  EXPECT_DEATH(walk_with_list({root(TRICOLOR_ROOT_SLOT, rsp), 4, 0}), "not aligned");
  EXPECT_DEATH(walk_with_list({root(TRICOLOR_ROOT_SLOT, rsp), 0x78, 0}), "outside the stack");
  EXPECT_DEATH(walk_with_list({root(TRICOLOR_ROOT_RANGE, rsp), 0, 0xff, 0xff, 0xff, 0x7f, 0}),
               "outside the stack");
  EXPECT_DEATH(walk_with_list({root(TRICOLOR_ROOT_REPEAT, rsp), 0, 4, 0, 0}), "no words");
}

} // namespace
} // namespace tricolor::rt
