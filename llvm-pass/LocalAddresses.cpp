//===- llvm-pass/LocalAddresses.cpp - Keeps addresses of locals apart from root lists -*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "LocalAddresses.h"

#include "Functions.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

bool hasLoop(const Function &F) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> BackEdges;
  FindFunctionBackedges(F, BackEdges);
  return !BackEdges.empty();
}

/// Static allocas and byval arguments that some root list names.
SetVector<Value *> listedLocals(Function &F) {
  SetVector<Value *> Listed;
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
      continue;
    if (auto Bundle = Call->getOperandBundle(LLVMContext::OB_deopt))
      for (const Use &Operand : Bundle->Inputs) {
        Value *V = Operand.get();
        auto *Byval = dyn_cast<Argument>(V);
        if (isa<AllocaInst>(V) || (Byval && Byval->hasByValAttr()))
          Listed.insert(V);
      }
  }
  return Listed;
}

/// Whether the use is arithmetic. A load, a store or a call of the address itself needs no register that
/// strength reduction could share.
bool isArithmetic(const Use &U) {
  return isa<GetElementPtrInst, PHINode, SelectInst, CmpInst, CastInst>(U.getUser());
}

void copyAddress(Function &F, Value &Local) {
  SmallVector<Use *, 8> Uses;
  for (Use &U : Local.uses())
    if (isArithmetic(U))
      Uses.push_back(&U);
  if (Uses.empty())
    return;
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> Builder(&Entry, Entry.begin());
  if (auto *Alloca = dyn_cast<AllocaInst>(&Local))
    Builder.SetInsertPoint(Alloca->getNextNode());
  Value *Copy = Builder.CreateLaunderInvariantGroup(&Local);
  for (Use *U : Uses)
    U->set(Copy);
}

} // namespace

PreservedAnalyses LocalAddressesPass::run(Module &M, ModuleAnalysisManager &) {
  for (Function &F : M) {
    // Functions with optnone are not touched by strength reduction either.
    if (!isManaged(F) || F.hasOptNone() || !hasLoop(F))
      continue;
    for (Value *Local : listedLocals(F))
      copyAddress(F, *Local);
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
