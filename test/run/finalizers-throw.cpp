//===- test/run/finalizers-throw.cpp - An exception that leaves a finalizer -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// It ends the program by std::terminate, with the exception as the current one: on the finalizer
// thread, and in run_finalizers() although its caller would catch it. In C++ and C code that calls
// the C function as well.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: not --crash %t thread 2>&1 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump not --crash %t pump 2>&1 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump not --crash %t direct 2>&1 | FileCheck %s
// RUN: env TRICOLOR_OPTIONS=finalizers=pump not --crash %t destructor 2>&1 | FileCheck %s
// RUN: %{build} -O0 %s -o %t %shlibs
// RUN: env TRICOLOR_OPTIONS=finalizers=pump not --crash %t pump 2>&1 | FileCheck %s
//
// CHECK-NOT: caught
// CHECK: terminate: the finalizer's own
// CHECK-NOT: caught
//
//===------------------------------------------------------------------------------------------===//

#include "settle.h"

#include <cstring>
#include <exception>
#include <stdexcept>
#include <unistd.h>

static void terminated() {
  try {
    if (std::exception_ptr current = std::current_exception())
      std::rethrow_exception(current);
    std::fprintf(stderr, "terminate: without an exception\n");
  } catch (const std::exception &thrown) {
    std::fprintf(stderr, "terminate: %s\n", thrown.what());
  }
  std::abort();
}

struct Throwing : tricolor::managed {
  ~Throwing() noexcept(false) { throw std::runtime_error("the finalizer's own"); }
};

[[gnu::noinline]] static void drop(bool destructor) {
  if (destructor)
    new Throwing;
  else
    tricolor::add_finalizer(make_pair_of_nodes(1),
                            [](Node *) { throw std::runtime_error("the finalizer's own"); });
}

int main(int, char **argv) {
  std::set_terminate(terminated);
  drop(std::strcmp(argv[1], "destructor") == 0);
  disturb();
  tricolor::collect();
  try {
    if (std::strcmp(argv[1], "direct") == 0)
      tricolor_run_finalizers();
    else if (std::strcmp(argv[1], "thread") != 0)
      tricolor::run_finalizers();
    else
      sleep(100);
  } catch (...) {
    std::fprintf(stderr, "caught\n");
  }
  std::fprintf(stderr, "not thrown\n");
  return 0;
}
