//===- rt/os/sanitizer.cpp - What differs in a sanitized runtime ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The options are here and not in the environment, so that a program that a test starts by hand or without
// an environment has them too. ASAN_OPTIONS and TSAN_OPTIONS still override them.
//
//===------------------------------------------------------------------------------------------===//

#include "os/sanitizer.h"

#if TRICOLOR_SANITIZED

#include "os/fatal.h"

#include <cstdint>
#include <ucontext.h>

extern "C" {

// Calls from the sanitizer's initialization: nothing is instrumented here.
//
//   handle_*, use_sigaltstack     faults are the program's or trap polls', as without a sanitizer.
//   detect_stack_use_after_return locals on a fake stack are no roots: nobody would scan them.
//   detect_leaks                  objects of malloc may be referred to from the heap only, which the leak
//                                 checker does not look into.
//   verify_asan_link_order        libtricolor.so comes first, see sanitizer.h.
//   atexit_sleep_ms               a second for each process that has a thread when it ends.
//   die_after_fork                a child of a process with threads makes a sweeper of its own.
__attribute__((visibility("default"))) TRICOLOR_NOT_INSTRUMENTED const char *
__asan_default_options() {
  return "handle_segv=0:handle_sigbus=0:use_sigaltstack=0:detect_stack_use_after_return=0:"
         "detect_leaks=0:verify_asan_link_order=0";
}

__attribute__((visibility("default"))) TRICOLOR_NOT_INSTRUMENTED const char *
__tsan_default_options() {
  return "handle_segv=0:handle_sigbus=0:use_sigaltstack=0:atexit_sleep_ms=0:die_after_fork=0";
}

// Declared by the sanitizers' headers; any function of theirs would do.
void __sanitizer_print_stack_trace();

} // extern "C"

namespace tricolor::rt {

namespace {

constinit greg_t g_begin = 0, g_end = 0;

} // namespace

void sanitizer_initialize() {
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void *>(&__sanitizer_print_stack_trace), &found) != 0)
    fatal("the sanitizer's library was not found", "link libclang_rt.*san-x86_64.so");
  g_begin = reinterpret_cast<greg_t>(found.dlfo_map_start);
  g_end = reinterpret_cast<greg_t>(found.dlfo_map_end);
}

TRICOLOR_NOT_INSTRUMENTED bool interrupts_sanitizer(const void *ucontext) {
  greg_t pc = static_cast<const ucontext_t *>(ucontext)->uc_mcontext.gregs[REG_RIP];
  return pc >= g_begin && pc < g_end;
}

void *libc_function_behind_sanitizer(const char *name) {
  // Not closed: it stays anyway, and dlclose is one of the functions to be found.
  void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  return libc ? dlsym(libc, name) : nullptr;
}

} // namespace tricolor::rt

#if __has_feature(thread_sanitizer)

// The thread sanitizer has a __cxa_guard_acquire of its own, in which a thread waits for another one's initializer: in
// the sanitizer's code, where it cannot be stopped, while the initializer may collect. The C++ library waits in libc.
namespace {

template <class Function> Function *of_cxx_library(const char *name) {
  void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD); // the sanitizer needs it
  return reinterpret_cast<Function *>(dlsym(library, name));
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) int __cxa_guard_acquire(uint64_t *guard) {
  auto *acquire = of_cxx_library<int(uint64_t *)>("__cxa_guard_acquire");
  int initialize = acquire(guard);
  __tsan_acquire(guard);
  return initialize;
}

__attribute__((visibility("default"))) void __cxa_guard_release(uint64_t *guard) {
  auto *release = of_cxx_library<void(uint64_t *)>("__cxa_guard_release");
  __tsan_release(guard);
  release(guard);
}

__attribute__((visibility("default"))) void __cxa_guard_abort(uint64_t *guard) {
  auto *abort = of_cxx_library<void(uint64_t *)>("__cxa_guard_abort");
  abort(guard);
}

} // extern "C"

#endif

#endif
