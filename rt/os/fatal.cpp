//===- rt/os/fatal.cpp - The end of the program, with a reason ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/fatal.h"
#include <cstdlib>
#include <unistd.h>

namespace tricolor::rt {

void fatal(const char *cause, const char *fix) {
  LineWriter line;
  line.str("tricolor: fatal: ").str(cause).chr('\n');
  if (fix)
    line.str("tricolor: ").str(fix).chr('\n');
  line.write_to(STDERR_FILENO);
  abort();
}

void fatal(const LineWriter &cause, const char *fix) {
  LineWriter copy;
  copy.str(cause.data(), cause.size());
  fatal(copy.c_str(), fix);
}

void check_failed(const char *condition, const char *file, int line) {
  fatal(LineWriter()
            .str("the runtime's own check failed: ")
            .str(condition)
            .str(" (")
            .str(file)
            .chr(':')
            .dec(static_cast<uint64_t>(line))
            .chr(')'),
        "this is a bug in the collector, or the program wrote to memory that is not its own "
        "(TRICOLOR_OPTIONS=poison=1:verify=1 tells more)");
}

} // namespace tricolor::rt
