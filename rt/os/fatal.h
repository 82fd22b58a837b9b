//===- rt/os/fatal.h - The end of the program, with a reason ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Everything that ends the program goes through fatal(): one line with the cause, one with what to
// do about it, then abort(). TRICOLOR_CHECK is always on: for invariants whose breach would corrupt
// the user's data and that are cheap beside what they guard. TRICOLOR_ASSERT is on in debug builds
// only.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_FATAL_H
#define TRICOLOR_RT_OS_FATAL_H

#include "os/output.h"

namespace tricolor::rt {

/// Prints "tricolor: fatal: CAUSE" and, unless null, "tricolor: FIX" to standard error and aborts.
[[noreturn, gnu::cold]] void fatal(const char *cause, const char *fix = nullptr);
[[noreturn, gnu::cold]] void fatal(const LineWriter &cause, const char *fix = nullptr);
[[noreturn, gnu::cold]] void check_failed(const char *condition, const char *file, int line);

} // namespace tricolor::rt

#define TRICOLOR_CHECK(condition)                                                                  \
  do {                                                                                             \
    if (!(condition)) [[unlikely]]                                                                 \
      ::tricolor::rt::check_failed(#condition, __FILE__, __LINE__);                                \
  } while (0)

#ifdef NDEBUG
#define TRICOLOR_ASSERT(condition)                                                                 \
  do {                                                                                             \
  } while (0)
#else
#define TRICOLOR_ASSERT(condition) TRICOLOR_CHECK(condition)
#endif

#endif // TRICOLOR_RT_OS_FATAL_H
