//===- test/fuzz/targets/trapped_end.h - The runtime's ends, survived ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the runtime finds malformed ends the program by fatal(). That is right and no finding, so the
// targets are linked with a fatal() that goes back to run_trapped(), and with metadata from malloc, so
// that AddressSanitizer knows its bounds and what such an end leaves behind is freed.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_FUZZ_TRAPPED_END_H
#define TRICOLOR_TEST_FUZZ_TRAPPED_END_H

#include <csetjmp>

namespace tricolor::test {

enum class End { Returned, Fatal };

extern std::jmp_buf g_trap;

// Frees what the runtime allocated since the last call.
void free_metadata();

// Calls function(); nothing in it may need its destructor, since fatal() jumps out of it.
template <class Function> End run_trapped(const Function &function) {
  End end = End::Returned;
  if (setjmp(g_trap) == 0)
    function();
  else
    end = End::Fatal;
  free_metadata();
  return end;
}

} // namespace tricolor::test

#endif // TRICOLOR_TEST_FUZZ_TRAPPED_END_H
