//===- llvm-pass/SlowPathPlaces.h - Where slow paths lie in the code ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The slow path of a test that runs in most rounds of a loop lies behind the loop, out of the way. That of
// another test stays where it is, and the jump over it is two bytes instead of six, with no jump back: up to
// nine bytes less a test, for a jump that is taken. Last of the passes that change code.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_SLOWPATHPLACES_H
#define TRICOLOR_LLVM_PASS_SLOWPATHPLACES_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

class SlowPathPlacesPass : public llvm::PassInfoMixin<SlowPathPlacesPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkSlowPathPlaces();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_SLOWPATHPLACES_H
