//===- llvm-pass/PendingMarker.cpp - Proof that the passes ran ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The variable is found by what it refers to, not by its own name, which is local to the module and
// may have been changed where modules were merged.
//
//===------------------------------------------------------------------------------------------===//

#include "PendingMarker.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace tricolor {

void leavePendingToLinker(Module &M) {
  if (Function *Message = M.getFunction(PendingFunctionName)) {
    Message->setName(PendingLinkFunctionName);
    return;
  }
  // Not from clang, which was given the passes alone.
  FunctionCallee Message = M.getOrInsertFunction(
      PendingLinkFunctionName, FunctionType::get(Type::getVoidTy(M.getContext()), false));
  auto *Address = cast<Constant>(Message.getCallee());
  auto *Marker = new GlobalVariable(M, Address->getType(), /*isConstant=*/true,
                                    GlobalValue::InternalLinkage, Address, PendingVariableName);
  appendToUsed(M, {Marker});
}

PreservedAnalyses PendingMarkerPass::run(Module &M, ModuleAnalysisManager &) {
  SmallPtrSet<Constant *, 2> Messages;
  if (Function *Message = M.getFunction(PendingLinkFunctionName))
    Messages.insert(Message);
  if (Function *Message = M.getFunction(PendingFunctionName); Message && Where == BackEnd::Compiler)
    Messages.insert(Message);
  SmallPtrSet<Constant *, 2> Markers;
  for (GlobalVariable &Global : M.globals())
    if ((Where == BackEnd::Compiler && Global.getName() == PendingVariableName) ||
        (Global.hasInitializer() &&
         Messages.contains(Global.getInitializer()->stripPointerCasts())))
      Markers.insert(&Global);
  if (Markers.empty() && Messages.empty())
    return PreservedAnalyses::all();

  removeFromUsedLists(M, [&](Constant *C) { return Markers.contains(C->stripPointerCasts()); });
  for (Constant *Marker : Markers) {
    auto *Global = cast<GlobalVariable>(Marker);
    Global->removeDeadConstantUsers();
    if (Global->use_empty())
      Global->eraseFromParent();
  }
  for (Constant *Message : Messages) {
    Message->removeDeadConstantUsers();
    if (Message->use_empty())
      cast<Function>(Message)->eraseFromParent();
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
