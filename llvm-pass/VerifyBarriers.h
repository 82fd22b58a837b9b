//===- llvm-pass/VerifyBarriers.h - Checks that every write has its barrier ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Reads a function behind the barrier pass (polls and statepoints may have run too) and finds, by
// means of its own, every write that may put a pointer into memory or overwrite one. For each it
// looks backward on every path. A path is good when it comes over the clear edge of a test of the
// flag, or has passed calls of the barrier for each word of the write; it is bad when it meets
// something that may change the flag, or the function's entry, before that. A write without barrier
// is right if one of the reasons of docs/design/barriers.md can be shown again, on every path.
//
// With the placement it shares definitions only: which types carry pointers (Writes.h), what may
// change the flag (FlagRegions.h), what an access says of its type (AccessTypes.h, ReusedStorage.h), and how a test
// looks (RuntimeInterface.h).
//
// Any time after the barriers; changes nothing.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_VERIFYBARRIERS_H
#define TRICOLOR_LLVM_PASS_VERIFYBARRIERS_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class Function;
class raw_ostream;
} // namespace llvm

namespace tricolor {

/// Whether every write of the function is right; else a line for each that is not.
bool verifyBarriers(const llvm::Function &F, llvm::raw_ostream &Problems);

/// `tricolor-verify-barriers`: ends the compilation with the problems, if any managed function has one.
struct VerifyBarriersPass : llvm::PassInfoMixin<VerifyBarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_VERIFYBARRIERS_H
