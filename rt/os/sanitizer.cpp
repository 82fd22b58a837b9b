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
#include "os/handover.h"

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

#if TRICOLOR_THREAD_SANITIZED

namespace tricolor::rt {

namespace {

using SignalHandler = void (*)(int, siginfo_t *, void *);
using Sigaction = int(int, const struct sigaction *, struct sigaction *);

// The sanitizer's own handler, which calls those that it knows.
constinit SignalHandler g_sanitizers = nullptr;

// What call_signal_body() wants to be called. The sanitizer may call run_wanted() later once more.
struct Wanted {
  SignalBody body;
  const void *ucontext;
};
constinit thread_local Wanted t_wanted = {nullptr, nullptr};

TRICOLOR_NOT_INSTRUMENTED void run_wanted(int, siginfo_t *, void *) {
  Wanted wanted = t_wanted;
  t_wanted.body = nullptr;
  if (wanted.body)
    wanted.body(wanted.ucontext);
}

} // namespace

void sanitizer_knows_signal(int signal) {
  struct sigaction action = {}, ours = {}, installed = {};
  action.sa_sigaction = run_wanted;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  auto *sanitizers = reinterpret_cast<Sigaction *>(dlsym(RTLD_NEXT, "sigaction"));
  auto *libcs = reinterpret_cast<Sigaction *>(libc_function_behind_sanitizer("sigaction"));
  if (!sanitizers || !libcs || libcs(signal, nullptr, &ours) != 0 ||
      sanitizers(signal, &action, nullptr) != 0 || libcs(signal, &ours, &installed) != 0)
    fatal("the sanitizer does not take a signal handler", "link libclang_rt.tsan-x86_64.so");
  g_sanitizers = installed.sa_sigaction;
}

TRICOLOR_NOT_INSTRUMENTED void call_signal_body(int signal, siginfo_t *info, void *ucontext,
                                                SignalBody body) {
  t_wanted = {body, ucontext};
  g_sanitizers(signal, info, ucontext);
  // Not in a function that blocks: the sanitizer has put the handler off, and sees atomics.
  if (t_wanted.body)
    run_wanted(signal, info, ucontext);
}

} // namespace tricolor::rt

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
