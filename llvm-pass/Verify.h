//===- llvm-pass/Verify.h - The pass that checks what the passes made --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// `tricolor-verify`: checks a module that all late passes are through with, and ends the compilation
// when something is wrong, with a line for each finding: "tricolor-verify: in 'function': ...". Each
// check is independent of the pass that it checks (VerifyRoots.h, VerifyBarriers.h).
//
// Runs at the end of the late passes when the IR is verified (Pipeline.h's VerifyIR), or by its name.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_VERIFY_H
#define TRICOLOR_LLVM_PASS_VERIFY_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

struct VerifyPass : llvm::PassInfoMixin<VerifyPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_VERIFY_H
