//===- llvm-pass/Statistics.h - Counters of the passes -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// STATISTIC as in LLVM, but counting in a release build too: Debian's LLVM is built without statistics,
// and its header makes nothing of them. Include this in place of llvm/ADT/Statistic.h.
//
// `-stats` (opt; `-mllvm -stats` in clang) prints them at the end of the late passes of each module.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_STATISTICS_H
#define TRICOLOR_LLVM_PASS_STATISTICS_H

#include "llvm/ADT/Statistic.h"

#undef STATISTIC
#define STATISTIC(VARNAME, DESC) ALWAYS_ENABLED_STATISTIC(VARNAME, DESC)

namespace tricolor {

/// Whether `-stats` was given.
bool wantsStatistics();
/// Prints what was counted since the last time, if it was.
void printStatistics();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_STATISTICS_H
