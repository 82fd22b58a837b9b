//===- test/run/loader-registration.cpp - Libraries come while the loader's lock is held ------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A thread collects in callbacks of dl_iterate_phdr, under a lock of the loader, while another one opens and closes a
// library, whose registration asks the loader: the collection must not wait for the thread that waits for the lock.
//
// The thread sanitizer's dlopen and dlclose ask the loader too, in the middle of the sanitizer: a stop signal that comes
// while they wait for the lock interrupts libc, so it is answered, by code whose atomics the sanitizer does not see there. It then reports
// races, for which it asks the loader once more, and that waits for this test's lock.
// UNSUPPORTED: tsan
//
// RUN: %{build} -O2 -fPIC -shared -DLIBRARY %s -o %t.so %shlibs
// RUN: %{build} -O2 %s -o %t %shlibs -ldl
// RUN: %{poison} %t %t.so 300 | FileCheck %s
//
// CHECK: loader-registration: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#ifdef LIBRARY

static Node *global;

extern "C" Node *fill(long number) { return global = make_pair_of_nodes(number); }

#else

#include <atomic>
#include <dlfcn.h>
#include <link.h>
#include <thread>

static std::atomic<bool> over{false};

static int collect_there(dl_phdr_info *, std::size_t, void *) {
  tricolor::collect();
  return 0;
}

int main(int argc, char **argv) {
  long count = argument(argc, argv, 2, 100);
  tricolor::collect(); // makes a thread, which glibc must not do in a callback (docs/limits.md)
  std::thread other([] {
    while (!over)
      dl_iterate_phdr(collect_there, nullptr);
  });
  for (long i = 0; i < count; ++i) {
    void *handle = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    check(handle != nullptr, "no library");
    Node *node = reinterpret_cast<Node *(*)(long)>(dlsym(handle, "fill"))(i);
    dlclose(handle);
    check(good_pair(node, i), "what the library's global referred to is gone", i);
  }
  over = true;
  other.join();
  std::printf("loader-registration: done\n");
  return finish();
}

#endif
