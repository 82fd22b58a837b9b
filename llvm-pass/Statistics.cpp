//===- llvm-pass/Statistics.cpp - Counters of the passes ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Statistics.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tricolor {

bool wantsStatistics() {
  // Not AreStatisticsEnabled(): clang's -save-stats writes them itself.
  auto &Options = cl::getRegisteredOptions();
  auto It = Options.find("stats");
  return It != Options.end() && It->second->getNumOccurrences() != 0;
}

void printStatistics() {
  if (!wantsStatistics())
    return;
  PrintStatistics(*CreateInfoOutputFile());
  ResetStatistics();
}

} // namespace tricolor
