//===- rt/api/release.h - The path of every delete ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_RELEASE_H
#define TRICOLOR_RT_API_RELEASE_H

#include <cstdint>

namespace tricolor::rt {

enum class Released : uint8_t { Freed, Foreign };

// Frees an object of our heap; `site` is the code address behind the call, 0 for the collector. Foreign: the address is none of ours, nothing has happened. Ends the
// program with a message for an address inside an object, and for an object that is free already. Any
// thread. Not a safepoint.
Released release(void *object, uintptr_t site);

// Ends the program: `object` was given to tricolor_delete and is not from this heap.
[[noreturn]] void report_foreign(const void *object);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_RELEASE_H
