//===- test/bench/frame_walk.cpp - Nanoseconds a frame --------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Walks deep stacks: of a managed function with one root a frame, of functions without maps, and with
// every return address forgotten before the walk. libgcc's unwinder over the same frames for
// comparison. The counter "frame" is the time for one frame.
//
//   clang++-22 -O2 -std=c++20 -I rt -I rt/include test/bench/frame_walk.cpp rt/stack/*.cpp rt/os/*.cpp
//       -lbenchmark -lpthread -o frame_walk
//
//===------------------------------------------------------------------------------------------===//

#include "stack/frame_walk.h"
#include "stack/modules.h"
#include "stack/recipe_cache.h"

#include <benchmark/benchmark.h>

#include <pthread.h>
#include <unwind.h>

extern "C" {
// Calls itself n - 1 times, then function(argument). One exact root at rsp + 0.
void bench_managed(void (*function)(void *), void *argument, size_t n);
extern const char bench_maps_begin[], bench_maps_end[];
extern const char bench_functions_begin[], bench_functions_end[];
}
__asm__(R"(
    .text
    .type bench_managed, @function
    .globl bench_managed
bench_managed:
    .cfi_startproc
    subq $24, %rsp
    .cfi_def_cfa_offset 32
    movq %rsi, 0(%rsp)
    decq %rdx
    jz 1f
    callq bench_managed
.Lbench_inner:
    addq $24, %rsp
    .cfi_remember_state
    .cfi_def_cfa_offset 8
    retq
1:  .cfi_restore_state
    movq %rdi, %rax
    movq %rsi, %rdi
    callq *%rax
.Lbench_outer:
    addq $24, %rsp
    .cfi_def_cfa_offset 8
    retq
    .cfi_endproc
    .size bench_managed, . - bench_managed
    .data
    .p2align 2
    .globl bench_maps_begin, bench_maps_end, bench_functions_begin, bench_functions_end
bench_maps_begin:
    .long .Lbench_inner - .
    .byte 2
    .uleb128 bench_maps_end - 0f
0:  .uleb128 (.Lbench_inner - bench_managed) * 4 + 2
    .byte 1 | 7 << 3, 0, 0
    .uleb128 (.Lbench_outer - .Lbench_inner) * 4 + 1
bench_maps_end:
    .p2align 2
bench_functions_begin:
    .long bench_managed - .
bench_functions_end:
    .text
)");

namespace tricolor::rt {
namespace {

tricolor_module module = {
    TRICOLOR_ABI_VERSION, 0,       bench_maps_begin, bench_maps_end, bench_functions_begin,
    bench_functions_end,  nullptr, nullptr,          nullptr};

void sum_words(void *sum, const uintptr_t *first, size_t count, RootCertainty) {
  for (size_t i = 0; i < count; ++i)
    *static_cast<uintptr_t *>(sum) += first[i];
}

enum class Recipes : uint8_t { Kept, Forgotten };

template <Recipes recipes> [[gnu::noinline]] void measure(void *argument) {
  auto &state = *static_cast<benchmark::State *>(argument);
  StackContext context = {};
  pthread_attr_t attributes;
  void *low;
  size_t bytes;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &bytes);
  pthread_attr_destroy(&attributes);
  context.stack_low = reinterpret_cast<uintptr_t>(low);
  context.stack_high = context.stack_low + bytes;
  context.place = StopPlace::RuntimeEntry;
  capture_registers(&context.registers);
  uintptr_t sum = 0;
  size_t frames = 0;
  for (auto _ : state) {
    if (recipes == Recipes::Forgotten)
      forget_recipes();
    frames += walk_stack(context, {&sum, sum_words}).frames;
  }
  benchmark::DoNotOptimize(sum);
  using benchmark::Counter;
  state.counters["frame"] =
      Counter(static_cast<double>(frames), Counter::kIsRate | Counter::kInvert);
}

_Unwind_Reason_Code count_frame(_Unwind_Context *, void *frames) {
  ++*static_cast<size_t *>(frames);
  return _URC_NO_REASON;
}

[[gnu::noinline]] void measure_libgcc(void *argument) {
  auto &state = *static_cast<benchmark::State *>(argument);
  size_t frames = 0;
  for (auto _ : state)
    _Unwind_Backtrace(count_frame, &frames);
  using benchmark::Counter;
  state.counters["frame"] =
      Counter(static_cast<double>(frames), Counter::kIsRate | Counter::kInvert);
}

[[gnu::noinline]] void external(void (*function)(void *), void *argument, size_t n) {
  if (n == 1)
    function(argument);
  else
    external(function, argument, n - 1);
  __asm__ volatile(""); // not a tail call
}

// Many callers: sixty-four instances that call each other in turn.
template <size_t number>
[[gnu::noinline]] void varied(void (*function)(void *), void *argument, size_t n) {
  if (n == 1)
    function(argument);
  else
    varied<(number + 1) % 64>(function, argument, n - 1);
  __asm__ volatile("");
}

size_t depth(const benchmark::State &state) { return static_cast<size_t>(state.range(0)); }

void managed_frames(benchmark::State &state) {
  modules_register(&module);
  bench_managed(measure<Recipes::Kept>, &state, depth(state));
  modules_unregister(&module);
}
void external_frames(benchmark::State &state) {
  external(measure<Recipes::Kept>, &state, depth(state));
}
void varied_frames(benchmark::State &state) {
  varied<0>(measure<Recipes::Kept>, &state, depth(state));
}
void varied_frames_forgotten(benchmark::State &state) {
  varied<0>(measure<Recipes::Forgotten>, &state, depth(state));
}
void libgcc(benchmark::State &state) { external(measure_libgcc, &state, depth(state)); }

BENCHMARK(managed_frames)->Arg(20)->Arg(1000)->Arg(100000);
BENCHMARK(external_frames)->Arg(20)->Arg(1000)->Arg(100000);
BENCHMARK(varied_frames)->Arg(64)->Arg(100000);
BENCHMARK(varied_frames_forgotten)->Arg(64);
BENCHMARK(libgcc)->Arg(20)->Arg(1000);

} // namespace
} // namespace tricolor::rt

BENCHMARK_MAIN();
