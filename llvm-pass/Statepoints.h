//===- llvm-pass/Statepoints.h - The pass that makes frames precise -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// `tricolor-statepoints`: marks every function `gc "tricolor"` and gives every call at which a
// collection may happen a deopt operand bundle that lists the frame's roots (RootBundle.h). The back
// end carries the bundle to the stack map, which MapPrinter.h writes.
//
// Runs once per module and last: after the barriers and polls, with nothing after it that moves code
// across calls. It changes no value that the program computes.
//
// Module flag: `-tricolor-verify-ir` verifies each function afterwards.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_STATEPOINTS_H
#define TRICOLOR_LLVM_PASS_STATEPOINTS_H

#include "RootForms.h"

#include "llvm/IR/PassManager.h"

namespace tricolor {

class StatepointPass : public llvm::PassInfoMixin<StatepointPass> {
public:
  explicit StatepointPass(AllowedForms Allowed) : Allowed(Allowed) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }

private:
  AllowedForms Allowed;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_STATEPOINTS_H
