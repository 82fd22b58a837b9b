//===- llvm-pass/SlowPathPlaces.cpp - Where slow paths lie in the code --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "SlowPathPlaces.h"

#include "Functions.h"
#include "RuntimeInterface.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Of 100. Higher: the register allocator puts more moves and spills beside the slow path, onto the way
/// of the program. Below a third block placement moves the slow path to the end.
constexpr unsigned ClaimedPercent = 35;

bool isFlagTest(BasicBlock &BB) {
  return flagTest(BB, ControlFlag::Poll) || flagTest(BB, ControlFlag::Barrier) ||
         flagTest(BB, ControlFlag::Either);
}

} // namespace

PreservedAnalyses SlowPathPlacesPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  MDNode *Weights =
      MDBuilder(M.getContext()).createBranchWeights(ClaimedPercent, 100 - ClaimedPercent);
  for (Function &F : M) {
    if (!isManaged(F))
      continue;
    const LoopInfo &LI = FAM.getResult<LoopAnalysis>(F);
    for (BasicBlock &BB : F)
      if (isFlagTest(BB) && !LI.getLoopFor(&BB))
        BB.getTerminator()->setMetadata(LLVMContext::MD_prof, Weights);
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
