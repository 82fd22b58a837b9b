//===- llvm-pass/LocalAddresses.h - Keeps addresses of locals apart from root lists -*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// `tricolor-local-addresses`: in functions with loops, arithmetic on the address of a listed local goes
// through a copy of the address (llvm.launder.invariant.group).
//
// Root lists name locals by their allocas, which the back end turns into places of the frame. But the back
// end's loop strength reduction, which runs after all of our passes, looks at every use of a value that it
// does arithmetic with, and replaces those in root lists too: by `(alloca - 8) + 8`, which is no place of the
// frame any more but a computed address. It does not see through the copy. CodeGenPrepare, which runs after
// it, replaces the copy by the alloca; without optimization, instruction selection does.
//
// Last of the passes that look at locals: after statepoints and after any check of the root lists.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LOCALADDRESSES_H
#define TRICOLOR_LLVM_PASS_LOCALADDRESSES_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

struct LocalAddressesPass : llvm::PassInfoMixin<LocalAddressesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LOCALADDRESSES_H
