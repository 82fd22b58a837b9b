//===- rt/threads/poll_trap.cpp - The signal of a trap poll -----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The thread answers inside the handler, on the stack on which it was interrupted: the kernel has saved
// all registers, has left the red zone alone, and restores everything. No signal is blocked meanwhile,
// not even SIGSEGV, so the program's other handlers run, and poll, as if the poll had been a call.
//
// The handler takes the alternate stack only if the program's own does: a program that handles the
// overflow of its stack must get its signal there.
//
// The program's action is read by handlers while other threads change it. Writers hold a lock with all
// signals blocked (sigaction may be called in handlers), and readers repeat until they have read it
// between two writes.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/poll_trap.h"

#include "os/fatal.h"
#include "os/sanitizer.h"
#include "threads/libc_functions.h"
#include "threads/poll_pages.h"
#include "threads/safepoint_check.h"
#include "threads/wrappers.h"

#include <tricolor/abi.h>

#include <atomic>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace tricolor::rt {

namespace {

constinit std::atomic<TrapAnswer> g_answer{nullptr};

// The program's action for SIGSEGV. Odd while it changes.
constinit std::atomic<uint32_t> g_version{0};
struct sigaction g_program;

// What a writer holds.
class WriteProgramAction {
public:
  WriteProgramAction() {
    sigset_t all;
    sigfillset(&all);
    libc_functions().pthread_sigmask(SIG_SETMASK, &all, &before_);
    for (;;) {
      uint32_t version = g_version.load(std::memory_order_relaxed);
      if (version % 2 == 0 &&
          g_version.compare_exchange_weak(version, version + 1, std::memory_order_acq_rel))
        break;
      __builtin_ia32_pause();
    }
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
  ~WriteProgramAction() {
    g_version.fetch_add(1, std::memory_order_acq_rel);
    libc_functions().pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WriteProgramAction(const WriteProgramAction &) = delete;
  WriteProgramAction &operator=(const WriteProgramAction &) = delete;

private:
  sigset_t before_;
};

struct sigaction program_action() {
  for (;;) {
    uint32_t version = g_version.load(std::memory_order_acquire);
    struct sigaction action = g_program;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (version % 2 == 0 && version == g_version.load(std::memory_order_acquire))
      return action;
    __builtin_ia32_pause();
  }
}

// Where the thread goes on if the pc is at a trap poll that reads the page; else 0.
uintptr_t end_of_poll(uintptr_t pc, uintptr_t page) {
  const auto *code = reinterpret_cast<const uint8_t *>(pc);
  int32_t distance;
  if (code[0] != 0x85 || code[1] != 0x05)
    return 0;
  memcpy(&distance, code + 2, sizeof distance);
  uintptr_t end = pc + TRICOLOR_POLL_BYTES;
  return end + static_cast<uintptr_t>(static_cast<intptr_t>(distance)) == page ? end : 0;
}

// The signal's default action, for the program: at once if somebody sent it, else when the instruction
// faults again.
void default_action(const siginfo_t *info) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  libc_functions().sigaction(SIGSEGV, &action, nullptr);
  if (info->si_code <= 0)
    syscall(SYS_tgkill, getpid(), gettid(), SIGSEGV);
}

// A SIGSEGV of the program.
void hand_on(int signal, siginfo_t *info, void *interrupted) {
  struct sigaction program = program_action();
  bool sent = info->si_code <= 0;
  if (program.sa_handler == SIG_IGN && sent)
    return;
  if (program.sa_handler == SIG_DFL || program.sa_handler == SIG_IGN)
    return default_action(info);
  if (program.sa_flags & static_cast<int>(SA_RESETHAND)) {
    WriteProgramAction write;
    g_program = {};
  }
  sigset_t mask = program.sa_mask;
  sigdelset(&mask, SIGSEGV);
  libc_functions().pthread_sigmask(SIG_BLOCK, &mask, nullptr); // the kernel takes it back
  if (program.sa_flags & SA_SIGINFO)
    program.sa_sigaction(signal, info, interrupted);
  else
    program.sa_handler(signal);
}

void fault(int signal, siginfo_t *info, void *interrupted) {
  auto *context = static_cast<ucontext_t *>(interrupted);
  auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  if (info->si_code == SEGV_ACCERR && page_kind(address) == PageKind::PollPage) {
    greg_t &pc = context->uc_mcontext.gregs[REG_RIP];
    if (uintptr_t end = end_of_poll(static_cast<uintptr_t>(pc), address)) {
      int saved_errno = errno;
      pc = static_cast<greg_t>(end);
      RegisterState registers;
      registers_from_ucontext(&registers, interrupted);
      g_answer.load(std::memory_order_acquire)(registers);
      errno = saved_errno;
      return;
    }
  }
  hand_on(signal, info, interrupted);
}

void set_kernel_action(void (*handler)(int, siginfo_t *, void *), const struct sigaction &program) {
  struct sigaction action = {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | (program.sa_flags & (SA_ONSTACK | SA_RESTART));
  sigemptyset(&action.sa_mask);
  if (libc_functions().sigaction(SIGSEGV, &action, nullptr) != 0)
    fatal("cannot install the handler of SIGSEGV",
          "is the program under a seccomp filter that forbids sigaction?");
}

enum class KeptBy : uint8_t { Kernel, Runtime };

// Who has the program's action for the signal.
KeptBy keeper(int signal) {
  return signal == SIGSEGV && g_answer.load(std::memory_order_acquire) ? KeptBy::Runtime
                                                                       : KeptBy::Kernel;
}

} // namespace

void install_poll_trap(TrapAnswer answer) {
  if (g_answer.load(std::memory_order_acquire))
    return;
  sigset_t mask;
  {
    WriteProgramAction write;
    if (g_answer.load(std::memory_order_relaxed))
      return;
    libc_functions().sigaction(SIGSEGV, nullptr, &g_program);
    sigdelset(&g_program.sa_mask, SIGSEGV);
    g_answer.store(answer, std::memory_order_release);
    set_kernel_action(fault, g_program);
  }
  // The program that started this one may have blocked it.
  sigemptyset(&mask);
  sigaddset(&mask, SIGSEGV);
  libc_functions().pthread_sigmask(SIG_UNBLOCK, &mask, nullptr);
}

void wrap_signal_actions() {
  sanitizer_initialize();
  libc_functions();
}

} // namespace tricolor::rt

using namespace tricolor::rt;

extern "C" {

__attribute__((visibility("default"))) int sigaction(int signal, const struct sigaction *action,
                                                     struct sigaction *old) noexcept {
  // A handler may poll, now or when an image with trap polls has come.
  struct sigaction copy;
  if (action) {
    if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN)
      note_signal_handler();
    copy = *action;
    sigdelset(&copy.sa_mask, SIGSEGV);
    action = &copy;
  }
  if (keeper(signal) == KeptBy::Kernel)
    return libc_functions().sigaction(signal, action, old);
  WriteProgramAction write;
  struct sigaction before = g_program;
  if (action) {
    g_program = copy;
    set_kernel_action(fault, copy);
  }
  if (old)
    *old = before;
  return 0;
}

__attribute__((visibility("default"))) sighandler_t signal(int signal,
                                                           sighandler_t handler) noexcept {
  if (handler != SIG_DFL && handler != SIG_IGN)
    note_signal_handler();
  if (keeper(signal) == KeptBy::Kernel)
    return libc_functions().signal(signal, handler);
  struct sigaction action = {}, old;
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, &old);
  return old.sa_handler;
}

} // extern "C"
