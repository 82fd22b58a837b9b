//===- llvm-pass/PollForm.h - Whether a poll tests a flag or traps ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// `-tricolor-polls=test|trap` (opt, lld; `-mllvm` in clang), `-fplugin-arg-tricolor-polls=test|trap` for
// the clang plugin. TrapPolls.h says what a trap poll is; where one cannot be made the poll is a test,
// whatever was asked for.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_POLLFORM_H
#define TRICOLOR_LLVM_PASS_POLLFORM_H

#include <cstdint>

namespace tricolor {

enum class PollForm : uint8_t {
  Test, ///< compare a flag, branch to a cold call
  Trap, ///< read a page that the collector protects
};

/// What the clang plugin's argument says; the option of the command line comes before it.
void setPollForm(PollForm Form);

/// What was asked for. Ends the compilation on a value that is neither.
PollForm pollForm();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_POLLFORM_H
