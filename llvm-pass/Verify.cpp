//===- llvm-pass/Verify.cpp - The pass that checks what the passes made ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Verify.h"

#include "Functions.h"
#include "MeasuredParts.h"
#include "Strategy.h"
#include "VerifyBarriers.h"
#include "VerifyRoots.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tricolor {

PreservedAnalyses VerifyPass::run(Module &M, ModuleAnalysisManager &) {
  std::string Problems;
  raw_string_ostream Out(Problems);
  for (Function &F : M) {
    if (!F.isDeclaration() && usesStrategy(F))
      verifyRoots(F, Out);
    if (isManaged(F) && isCompiledIn(Part::Barriers))
      verifyBarriers(F, Out);
  }
  if (!Problems.empty())
    reportFatalUsageError("the maps or barriers of " + Twine(M.getModuleIdentifier()) +
                          " are wrong; this is a bug of Tricolor, please report it:\n" + Problems);
  return PreservedAnalyses::all();
}

} // namespace tricolor
