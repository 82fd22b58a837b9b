//===- llvm-pass/Diagnostics.cpp - Errors the passes report ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// DiagnosticInfoUnsupported carries a location and is printed by clang with the source line and by
// opt with the function's name.
//
//===------------------------------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {

void reportError(Module &M, const Twine &Message) {
  M.getContext().diagnose(DiagnosticInfoGeneric(
      "tricolor: " + Message + " [" + M.getModuleIdentifier() + "]", DS_Error));
}

void reportError(Function &F, const Twine &Message) {
  F.getContext().diagnose(
      DiagnosticInfoUnsupported(F, "tricolor: " + Message, DiagnosticLocation(F.getSubprogram())));
}

void reportError(Instruction &I, const Twine &Message) {
  Function &F = *I.getFunction();
  const DebugLoc &Loc = I.getDebugLoc();
  if (!Loc) {
    reportError(F, Message);
    return;
  }
  F.getContext().diagnose(
      DiagnosticInfoUnsupported(F, "tricolor: " + Message, DiagnosticLocation(Loc)));
}

} // namespace tricolor
