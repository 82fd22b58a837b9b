//===- llvm-pass/Exceptions.cpp - Exceptions in flight are roots -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A module that defines one of the functions itself (a C++ runtime library) keeps it.
//
//===------------------------------------------------------------------------------------------===//

#include "Exceptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

struct Redirection {
  StringLiteral From, To;
};

constexpr Redirection Redirections[] = {
    {"__cxa_allocate_exception", "tricolor_allocate_exception"},
    {"__cxa_free_exception", "tricolor_free_exception"},
    {"__cxa_throw", "tricolor_throw"},
    {"__cxa_init_primary_exception", "tricolor_init_primary_exception"},
};

} // namespace

PreservedAnalyses ExceptionsPass::run(Module &M, ModuleAnalysisManager &) {
  bool Changed = false;
  for (const Redirection &R : Redirections) {
    Function *From = M.getFunction(R.From);
    if (!From || !From->isDeclaration())
      continue;
    FunctionCallee To = M.getOrInsertFunction(R.To, From->getFunctionType(), From->getAttributes());
    for (Use &U : make_early_inc_range(From->uses())) {
      auto *Call = dyn_cast<CallBase>(U.getUser());
      if (!Call || !Call->isCallee(&U))
        continue;
      Call->setCalledOperand(To.getCallee());
      Changed = true;
    }
    if (From->use_empty())
      From->eraseFromParent();
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tricolor
