//===- test/run/loader-callback.cpp - Collecting under the loader's lock ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A callback of dl_iterate_phdr runs under a lock of the loader and may collect, while another thread
// collects, too: neither may wait for the other's lock.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{limit} %t | FileCheck %s
//
// CHECK: loader-callback: done
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <atomic>
#include <cstdio>
#include <link.h>
#include <thread>

static std::atomic<bool> over{false};

static int collect_there(dl_phdr_info *, std::size_t, void *) {
  tricolor::collect();
  return 0;
}

int main() {
  std::thread other([] {
    while (!over)
      dl_iterate_phdr(collect_there, nullptr);
  });
  for (int i = 0; i < 5000; ++i)
    tricolor::collect();
  over = true;
  other.join();
  std::puts("loader-callback: done");
}
