//===- llvm-pass/RuntimeInterface.cpp - The runtime's names, as IR -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The declarations are ordinary external symbols: which access they need (GOT or not) is the target
// machine's decision.
//
//===------------------------------------------------------------------------------------------===//

#include "RuntimeInterface.h"
#include "Functions.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral ControlName = "tricolor_control";

/// The attributes of the slow paths, also if the module declared them already (through abi.h).
FunctionCallee declare(Module &M, StringRef Name, FunctionType *Type) {
  FunctionCallee Callee = M.getOrInsertFunction(Name, Type);
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->addFnAttr(Attribute::Cold);
    F->addFnAttr(Attribute::NoUnwind);
  }
  return Callee;
}

GlobalVariable &getControl(Module &M) {
  if (GlobalVariable *Existing = M.getNamedGlobal(ControlName))
    return *Existing;
  Type *Int32 = Type::getInt32Ty(M.getContext());
  auto *Control = new GlobalVariable(M, StructType::get(Int32, Int32), /*isConstant=*/false,
                                     GlobalValue::ExternalLinkage, nullptr, ControlName);
  Control->setAlignment(Align(4));
  return *Control;
}

const Attribute::AttrKind StaleAttributes[] = {Attribute::Memory, Attribute::NoSync,
                                               Attribute::NoFree, Attribute::Speculatable};

} // namespace

FunctionCallee getPoll(Module &M) {
  return declare(M, PollName, FunctionType::get(Type::getVoidTy(M.getContext()), false));
}

FunctionCallee getWriteBarrier(Module &M) {
  LLVMContext &C = M.getContext();
  return declare(
      M, WriteBarrierName,
      FunctionType::get(Type::getVoidTy(C), {PointerType::get(C, 0), Type::getInt64Ty(C)}, false));
}

FunctionCallee getBulkBarrier(Module &M) {
  LLVMContext &C = M.getContext();
  Type *Pointer = PointerType::get(C, 0);
  return declare(
      M, BulkBarrierName,
      FunctionType::get(Type::getVoidTy(C), {Pointer, Pointer, Type::getInt64Ty(C)}, false));
}

DebugLoc locationFor(const Instruction &I) {
  if (I.getDebugLoc())
    return I.getDebugLoc();
  if (DISubprogram *Subprogram = I.getFunction()->getSubprogram())
    return DILocation::get(I.getContext(), 0, 0, Subprogram);
  return {};
}

Instruction *insertFlagTest(Instruction &Before, ControlFlag Flag) {
  IRBuilder<> Builder(&Before);
  Builder.SetCurrentDebugLocation(locationFor(Before));
  Module &M = *Before.getModule();
  Constant *Address = byteOffset(&getControl(M), static_cast<uint64_t>(Flag));
  LoadInst *Load =
      Builder.CreateAlignedLoad(Builder.getInt32Ty(), Address, Align(4), "tricolor.flag");
  Load->setAtomic(AtomicOrdering::Monotonic);
  Value *Set = Builder.CreateICmpNE(Load, Builder.getInt32(0), "tricolor.set");
  Instruction *ColdTerminator =
      SplitBlockAndInsertIfThen(Set, Before.getIterator(), /*Unreachable=*/false,
                                MDBuilder(M.getContext()).createUnlikelyBranchWeights());
  ColdTerminator->setDebugLoc(Builder.getCurrentDebugLocation());
  Load->getParent()->getTerminator()->setDebugLoc(Builder.getCurrentDebugLocation());
  return ColdTerminator;
}

void dropStaleAttributes(Module &M) {
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    for (Attribute::AttrKind Kind : StaleAttributes)
      F.removeFnAttr(Kind);
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm())
        continue;
      for (Attribute::AttrKind Kind : StaleAttributes)
        Call->removeFnAttr(Kind);
    }
  }
}

} // namespace tricolor
