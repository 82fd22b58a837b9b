//===- test/run/trap-faults.cpp - SIGSEGV of the program beside that of polls -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The program's own handler of SIGSEGV gets the program's faults, and no poll's: installed by sigaction or
// by signal, on an alternate stack or not, with all signals blocked; and it is what sigaction returns.
// Handlers of other signals poll, also on an alternate stack and with SIGSEGV in their mask. Without a
// handler the program dies of its fault.
//
// Handlers of the program poll wherever they come, also in the middle of the thread sanitizer.
// UNSUPPORTED: tsan
//
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O2 %s -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress} %t | FileCheck %s
// RUN: %{build} -fplugin-arg-tricolor-polls=trap -O2 %s -o %t.shared %shlibs
// RUN: %{stress} %t.shared | FileCheck %s
// RUN: not --crash %{limit} %t die 2>&1 | FileCheck %s --check-prefix=DIES
// RUN: not --crash %{limit} %t raise 2>&1 | FileCheck %s --check-prefix=DIES
//
// CHECK: trap-faults: done
// DIES: about to die
// DIES-NOT: still there
//
//===------------------------------------------------------------------------------------------===//

#include "chain.h"
#include "check.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <sys/mman.h>
#include <sys/time.h>

static sigjmp_buf back;
static volatile std::sig_atomic_t faults = 0, ticks = 0;
static char *volatile page;
static volatile bool on_alternate_stack = false;
static char alternate[256 * 1024];
static Node *handlers_chain;

[[gnu::noinline]] static long sum_of(Node *first) {
  long sum = 0;
  for (Node *node = first; node; node = node->left)
    sum += node->number;
  return sum;
}

static void note_place() {
  char here;
  on_alternate_stack = &here >= alternate && &here < alternate + sizeof alternate;
}

static void with_information(int, siginfo_t *info, void *) {
  note_place();
  faults = faults + 1;
  check(info->si_addr == page, "a fault at another address");
  siglongjmp(back, 1);
}

static void repair(int) {
  faults = faults + 1;
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void tick(int) {
  note_place();
  check(sum_of(handlers_chain) == 190, "the handler lost its chain");
  ticks = ticks + 1;
  // Under stress it takes longer than the interval: the interrupted code would never go on.
  itimerval never = {};
  if (ticks == 20)
    setitimer(ITIMER_REAL, &never, nullptr);
}

static void fault_once(const char *what) {
  int before = faults;
  if (sigsetjmp(back, 1) == 0) {
    *page = 1;
  }
  check(faults == before + 1, what);
  // Polls go on.
  check(sum_of(chain(20)) == 190, what);
  tricolor::collect();
}

int main(int count, char **arguments) {
  page = static_cast<char *>(mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  handlers_chain = chain(20);
  if (count > 1) {
    std::fputs("about to die\n", stderr);
    if (!std::strcmp(arguments[1], "raise"))
      raise(SIGSEGV);
    else
      *page = 1;
    std::fputs("still there\n", stderr);
    return 0;
  }
  struct sigaction action = {}, old = {};
  check(sigaction(SIGSEGV, nullptr, &old) == 0 && old.sa_handler == SIG_DFL,
        "somebody handles SIGSEGV");
  action.sa_sigaction = with_information;
  action.sa_flags = SA_SIGINFO;
  sigfillset(&action.sa_mask);
  sigaction(SIGSEGV, &action, nullptr);
  fault_once("sigaction");
  check(!on_alternate_stack, "the alternate stack was not asked for");

  stack_t stack = {};
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  sigaltstack(&stack, nullptr);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &old);
  check(old.sa_sigaction == with_information && !(old.sa_flags & SA_ONSTACK),
        "sigaction returns another action");
  fault_once("on the alternate stack");
  check(on_alternate_stack, "the alternate stack was asked for");

  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  fault_once("with all signals blocked");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  check(signal(SIGSEGV, repair) != SIG_ERR, "signal failed");
  *page = 1;
  check(*page == 1, "the write was not made again");
  check(sum_of(chain(20)) == 190, "after signal()");
  signal(SIGSEGV, SIG_IGN);
  raise(SIGSEGV);
  signal(SIGSEGV, SIG_DFL);

  struct sigaction timer = {};
  timer.sa_handler = tick;
  timer.sa_flags = SA_ONSTACK | SA_RESTART;
  sigfillset(&timer.sa_mask);
  sigaction(SIGALRM, &timer, nullptr);
  itimerval interval = {{0, 300}, {0, 300}};
  setitimer(ITIMER_REAL, &interval, nullptr);
  Node *own = chain(20);
  while (ticks < 20)
    check(sum_of(own) == 190, "the interrupted code lost its chain");
  check(on_alternate_stack, "the handler ran elsewhere");
  std::puts("trap-faults: done");
  return finish();
}
