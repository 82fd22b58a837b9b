//===- test/unit/stack/unwind_test.cpp - Against libgcc, and one instruction at a time ------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two oracles. libgcc's unwinder gives return addresses, CFAs and callee-saved registers of the
// frames of a call chain. And a function in assembly puts known values into the callee-saved
// registers and calls something while the processor stops after every instruction: from each of
// them the walk must find that function's frame with exactly these values.
//
//===------------------------------------------------------------------------------------------===//

#include "stack/unwind.h"

#include "own_stack.h"
#include "parked_thread.h"
#include "prompt_signals.h"
#include "recording_sink.h"
#include "stack/frame_walk.h"
#include "stack/recipe.h"

#include <gtest/gtest.h>

#include <alloca.h>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <semaphore.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

namespace tricolor::rt {
namespace {

// Calls the function with the value in a local of its own. (Under the address sanitizer locals are not on
// the stack, except where it is told to stay away.)
template <class F>
[[gnu::noinline, gnu::no_sanitize("address")]] void call_with_local(uintptr_t value, F &&function) {
  volatile uintptr_t local = value;
  function();
  (void)local;
}

struct OracleFrame {
  uintptr_t pc;
  uintptr_t saved[callee_saved_count];
};

_Unwind_Reason_Code note_frame(_Unwind_Context *context, void *frames) {
  OracleFrame frame;
  frame.pc = _Unwind_GetIP(context);
  for (unsigned i = 0; i < callee_saved_count; ++i)
    frame.saved[i] = _Unwind_GetGR(context, callee_saved_registers[i]);
  static_cast<std::vector<OracleFrame> *>(frames)->push_back(frame);
  return _URC_NO_REASON;
}

std::vector<OracleFrame> own_frames(const StackContext &context) {
  std::vector<OracleFrame> frames;
  Frame frame = {context.registers,
                 context.place == StopPlace::Signal ? PcKind::Interrupted : PcKind::ReturnAddress};
  StackMemory memory = {context.stack_low, context.stack_high};
  for (;;) {
    OracleFrame noted;
    noted.pc = frame.registers.pc;
    for (unsigned i = 0; i < callee_saved_count; ++i)
      noted.saved[i] = frame.registers.gpr[callee_saved_registers[i]];
    frames.push_back(noted);
    UnwindResult result;
    if (!unwind_frame(frame, memory, &result)) {
      ADD_FAILURE() << "no unwind information at " << std::hex << frame.registers.pc;
      return frames;
    }
    if (!result.has_caller)
      return frames;
    frame = result.caller;
  }
}

unsigned comparisons;

// Compares all frames but that of this function itself, which goes on between the two.
[[gnu::noinline]] void compare_with_libgcc() {
  ++comparisons;
  std::vector<OracleFrame> expected;
  _Unwind_Backtrace(note_frame, &expected);
  TRICOLOR_TEST_CONTEXT(context);
  std::vector<OracleFrame> actual = own_frames(context);
  // libgcc adds a frame with pc 0 where there is no caller.
  while (!expected.empty() && expected.back().pc == 0)
    expected.pop_back();
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 1; i < expected.size(); ++i) {
    EXPECT_EQ(actual[i].pc, expected[i].pc) << "frame " << i;
    for (unsigned j = 0; j < callee_saved_count; ++j)
      EXPECT_EQ(actual[i].saved[j], expected[i].saved[j])
          << "frame " << i << ", register " << unsigned{callee_saved_registers[j]};
  }
  WalkCounts counts = walk_stack(context, ignoring_sink());
  EXPECT_EQ(counts.frames, expected.size());
  EXPECT_EQ(counts.cut, 0u);
}

int compare_in_callback(const void *a, const void *b) {
  if (comparisons == 0)
    compare_with_libgcc();
  return *static_cast<const int *>(a) - *static_cast<const int *>(b);
}

class Unwind : public testing::Test {
protected:
  void SetUp() override { comparisons = 0; }
  void TearDown() override { EXPECT_TRUE(IsSkipped() || comparisons > 0); }
};

TEST_F(Unwind, PlainCalls) { compare_with_libgcc(); }

TEST_F(Unwind, CallbackOfQsort) {
  int numbers[] = {5, 2, 9, 1, 7};
  qsort(numbers, 5, sizeof(int), compare_in_callback);
}

TEST_F(Unwind, CallbackOfBsearch) {
  int numbers[] = {1, 2, 3}, key = 2;
  bsearch(&key, numbers, 3, sizeof(int), compare_in_callback);
}

[[gnu::noinline]] int recurse(int depth, int a, int b, int c, int d) {
  if (depth == 0) {
    compare_with_libgcc();
    return a + b;
  }
  int below = recurse(depth - 1, b, c, d, a + depth);
  return below + a * b + c - d;
}
TEST_F(Unwind, Recursion) { recurse(100, 1, 2, 3, 4); }

[[gnu::noinline, clang::optnone]] int unoptimized(int depth) {
  int local = depth;
  if (depth == 0)
    compare_with_libgcc();
  else
    local += unoptimized(depth - 1);
  return local;
}
TEST_F(Unwind, UnoptimizedCode) { unoptimized(10); }

[[gnu::noinline, clang::minsize]] int small_code(int depth, int a) {
  if (depth == 0) {
    compare_with_libgcc();
    return a;
  }
  return small_code(depth - 1, a + 1) * a;
}
TEST_F(Unwind, CodeOptimizedForSize) { small_code(10, 1); }

[[gnu::noinline]] void dynamic_frame(size_t bytes) {
  auto *block = static_cast<volatile char *>(alloca(bytes));
  block[0] = 1;
  compare_with_libgcc();
  block[bytes - 1] = block[0];
}
TEST_F(Unwind, FrameOfVariableSize) {
  dynamic_frame(100);
  dynamic_frame(10000);
}

[[gnu::noinline]] void realigned_frame() {
  alignas(128) volatile char block[256];
  block[0] = 1;
  compare_with_libgcc();
  block[1] = block[0];
}
TEST_F(Unwind, RealignedFrame) { realigned_frame(); }

[[gnu::noinline]] int variadic(int count, ...) {
  va_list list;
  va_start(list, count);
  int sum = 0;
  for (int i = 0; i < count; ++i)
    sum += va_arg(list, int);
  va_end(list);
  compare_with_libgcc();
  return sum;
}
TEST_F(Unwind, VariadicFrameWithStackArguments) {
  EXPECT_EQ(variadic(10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 55);
}

TEST_F(Unwind, StartOfAThread) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void *) -> void * {
        compare_with_libgcc();
        return nullptr;
      },
      nullptr);
  pthread_join(thread, nullptr);
}

void handle_and_compare(int) { compare_with_libgcc(); }

TEST_F(Unwind, SignalHandler) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  signal(SIGUSR2, handle_and_compare);
  raise(SIGUSR2);
  signal(SIGUSR2, SIG_DFL);
}

TEST_F(Unwind, SignalHandlerOverAFault) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  static volatile int *nowhere;
  static int somewhere;
  struct sigaction action = {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t *, void *interrupted) {
    compare_with_libgcc();
    auto *context = static_cast<ucontext_t *>(interrupted);
    // The compiler has loaded the null pointer into one of these; point it somewhere.
    for (int reg : {REG_RAX, REG_RCX, REG_RDX, REG_RSI, REG_RDI})
      if (context->uc_mcontext.gregs[reg] == 0)
        context->uc_mcontext.gregs[reg] = reinterpret_cast<greg_t>(&somewhere);
  };
  sigaction(SIGSEGV, &action, nullptr);
  __asm__ volatile("movl $1, (%0)" : : "a"(nowhere) : "memory");
  signal(SIGSEGV, SIG_DFL);
}

TEST_F(Unwind, SignalHandlerOnAnotherStack) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  std::vector<char> memory(64 * 1024);
  stack_t other = {memory.data(), 0, memory.size()}, previous;
  sigaltstack(&other, &previous);
  static RecordingSink sink;
  static StackContext bounds;
  bounds = own_stack_bounds();
  struct sigaction action = {};
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  action.sa_sigaction = [](int, siginfo_t *, void *) {
    ++comparisons;
    call_with_local(0x5ec3e70000000a17, [] {
      StackContext context = bounds;
      context.place = StopPlace::RuntimeEntry;
      capture_registers(&context.registers);
      WalkCounts counts = walk_stack(context, sink.sink());
      EXPECT_EQ(counts.cut, 0u);
    });
  };
  sigaction(SIGUSR2, &action, nullptr);
  call_with_local(0x5ec3e70000000051, [] { raise(SIGUSR2); });
  signal(SIGUSR2, SIG_DFL);
  sigaltstack(&previous, nullptr);
  EXPECT_TRUE(sink.saw(0x5ec3e70000000a17));
  EXPECT_TRUE(sink.saw(0x5ec3e70000000051));
}

// A pointer that is in a vector register only, interrupted there.
TEST(InterruptedFrame, VectorRegistersAreRoots) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  static std::atomic<bool> in_loop, leave;
  in_loop = leave = false;
  constexpr uintptr_t hidden = ~uintptr_t{0x5ec3e700000000f0};
  ParkableThread thread([] {
    uintptr_t scratch = hidden;
    __asm__ volatile("notq %0\n\t"
                     "movq %0, %%xmm7\n\t"
                     "xorl %k0, %k0\n\t"
                     "movb $1, %1\n\t"
                     "1: cmpb $0, %2\n\t"
                     "je 1b"
                     : "+r"(scratch), "=m"(in_loop)
                     : "m"(leave)
                     : "xmm7", "cc");
  });
  while (!in_loop)
    sched_yield();
  thread.park();
  RecordingSink sink;
  WalkCounts counts = walk_stack(thread.context(), sink.sink());
  EXPECT_EQ(counts.cut, 0u);
  EXPECT_TRUE(sink.saw(~hidden));
  leave = true;
}

class BlockedThread : public testing::Test {
protected:
  void SetUp() override { TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS(); }
  // Parks a thread that is blocked in `block` and walks it.
  void walk_blocked_in(std::function<void()> block, std::function<void()> unblock) {
    static std::atomic<bool> about_to;
    about_to = false;
    ParkableThread thread([&] {
      call_with_local(0x5ec3e7000000b10c, [&] {
        about_to = true;
        block();
      });
    });
    while (!about_to)
      sched_yield();
    usleep(2000);
    thread.park();
    RecordingSink sink;
    WalkCounts counts = walk_stack(thread.context(), sink.sink());
    EXPECT_EQ(counts.cut, 0u);
    EXPECT_GT(counts.frames, 3u);
    EXPECT_EQ(counts.frames, counts.conservative);
    EXPECT_TRUE(sink.saw(0x5ec3e7000000b10c));
    unblock();
    thread.release();
  }
};

TEST_F(BlockedThread, InRead) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  char byte = 0;
  walk_blocked_in([&] { EXPECT_EQ(read(ends[0], &byte, 1), 1); },
                  [&] { EXPECT_EQ(write(ends[1], "x", 1), 1); });
  close(ends[0]);
  close(ends[1]);
}

TEST_F(BlockedThread, InNanosleep) {
  timespec time = {0, 20'000'000};
  walk_blocked_in([&] { nanosleep(&time, nullptr); }, [] {});
}

TEST_F(BlockedThread, InConditionVariable) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  static bool done;
  done = false;
  walk_blocked_in(
      [] {
        pthread_mutex_lock(&mutex);
        while (!done)
          pthread_cond_wait(&condition, &mutex);
        pthread_mutex_unlock(&mutex);
      },
      [] {
        done = true;
        pthread_cond_signal(&condition);
      });
}

TEST_F(BlockedThread, InMutex) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  walk_blocked_in(
      [] {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
      },
      [] { pthread_mutex_unlock(&mutex); });
}

TEST_F(BlockedThread, InSemaphore) {
  static sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  walk_blocked_in(
      [] {
        while (sem_wait(&semaphore) != 0)
          continue;
      },
      [] { sem_post(&semaphore); });
}

} // namespace
} // namespace tricolor::rt
