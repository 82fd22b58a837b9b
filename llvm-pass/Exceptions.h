//===- llvm-pass/Exceptions.h - Exceptions in flight are roots ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Redirects calls and invokes of the four C++ ABI functions that begin and end the life of an
// exception object to the runtime's (abi.h), which keeps the object a root in between. Catching and
// rethrowing need no redirection. Only callees are replaced: a function whose address is taken
// stays what it is.
//
// Runs once per module, before statepoints. Changes no control flow.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_EXCEPTIONS_H
#define TRICOLOR_LLVM_PASS_EXCEPTIONS_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

struct ExceptionsPass : llvm::PassInfoMixin<ExceptionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_EXCEPTIONS_H
