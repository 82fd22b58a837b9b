//===- rt/threads/unloading.cpp - The process's dlclose ---------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While an image goes, and until the caches of code addresses have been told, nothing may be remembered
// about its code: another image may be mapped to the same place.
//
//===------------------------------------------------------------------------------------------===//

#include "stack/modules.h"
#include "threads/libc_functions.h"
#include "threads/wrappers.h"

namespace tricolor::rt {

void wrap_unloading() { libc_functions(); }

} // namespace tricolor::rt

using namespace tricolor::rt;

extern "C" __attribute__((visibility("default"))) int dlclose(void *handle) noexcept {
  modules_unload_begins();
  int result = libc_functions().dlclose(handle);
  modules_unload_ended();
  return result;
}
