//===- llvm-pass/LibrarySorts.cpp - Sorting functions of the C library --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Calls of another type than the library's (a declaration without prototype) are left alone: they go
// to whatever the program means by the name.
//
//===------------------------------------------------------------------------------------------===//

#include "LibrarySorts.h"
#include "Functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

struct Sort {
  StringLiteral Library, Runtime;
  bool HasArgument; ///< for the comparator
};

constexpr Sort Sorts[] = {
    {"qsort", "tricolor_qsort", false},
    {"qsort_r", "tricolor_qsort_r", true},
};

FunctionType *typeOf(const Sort &S, LLVMContext &Context) {
  Type *Pointer = PointerType::getUnqual(Context);
  Type *Size = Type::getInt64Ty(Context);
  SmallVector<Type *, 5> Parameters{Pointer, Size, Size, Pointer};
  if (S.HasArgument)
    Parameters.push_back(Pointer);
  return FunctionType::get(Type::getVoidTy(Context), Parameters, /*isVarArg=*/false);
}

} // namespace

bool redirectSorts(Module &M) {
  bool Changed = false;
  for (const Sort &S : Sorts) {
    Function *From = M.getFunction(S.Library);
    FunctionType *Type = typeOf(S, M.getContext());
    if (!From || !From->isDeclaration() || From->getFunctionType() != Type)
      continue;
    for (Use &U : make_early_inc_range(From->uses())) {
      auto *Call = dyn_cast<CallBase>(U.getUser());
      if (!Call || !Call->isCallee(&U) || Call->getFunctionType() != Type ||
          !isManaged(*Call->getFunction()))
        continue;
      Call->setCalledOperand(
          M.getOrInsertFunction(S.Runtime, Type, From->getAttributes()).getCallee());
      Changed = true;
    }
    if (From->use_empty())
      From->eraseFromParent();
  }
  return Changed;
}

bool isRuntimeSort(const Function &F) {
  return any_of(Sorts, [&](const Sort &S) { return F.getName() == S.Runtime; });
}

} // namespace tricolor
