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

PreservedAnalyses PendingMarkerPass::run(Module &M, ModuleAnalysisManager &) {
  Function *Message = M.getFunction(PendingFunctionName);
  SmallPtrSet<Constant *, 2> Markers;
  for (GlobalVariable &Global : M.globals())
    if (Global.getName() == PendingVariableName ||
        (Message && Global.hasInitializer() &&
         Global.getInitializer()->stripPointerCasts() == Message))
      Markers.insert(&Global);
  if (Markers.empty() && !Message)
    return PreservedAnalyses::all();

  removeFromUsedLists(M, [&](Constant *C) { return Markers.contains(C->stripPointerCasts()); });
  for (Constant *Marker : Markers) {
    auto *Global = cast<GlobalVariable>(Marker);
    Global->removeDeadConstantUsers();
    if (Global->use_empty())
      Global->eraseFromParent();
  }
  if (Message) {
    Message->removeDeadConstantUsers();
    if (Message->use_empty())
      Message->eraseFromParent();
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
