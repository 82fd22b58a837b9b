//===- llvm-pass/RuntimeInterface.cpp - The runtime's names, as IR -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Code of an executable addresses the flags directly: the static runtime is part of the executable, and
// of the shared one the linker copies the eight bytes into it (a copy relocation). Code of a shared
// object goes through its GOT. The slow paths are called with a convention that preserves the integer
// registers: nothing has to be moved out of the way of a call that never comes, and a function that
// makes no other call keeps its arguments where they are.
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
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral ControlName = "tricolor_control";
constexpr StringLiteral UnsharedMetadata = "tricolor.unshared";

/// The attributes of the slow paths, also if the module declared them already (through abi.h): then its
/// calls get the convention too.
FunctionCallee declare(Module &M, StringRef Name, FunctionType *Type,
                       CallingConv::ID Convention = CallingConv::C) {
  FunctionCallee Callee = M.getOrInsertFunction(Name, Type);
  if (auto *F = dyn_cast<Function>(Callee.getCallee())) {
    F->addFnAttr(Attribute::Cold);
    F->addFnAttr(Attribute::NoUnwind);
    // Nobody learns an address from a barrier: a local variable stays private (StackMemory.h).
    for (Argument &A : F->args())
      if (A.getType()->isPointerTy())
        A.addAttr(Attribute::getWithCaptureInfo(M.getContext(), CaptureInfo::none()));
    if (F->getCallingConv() != Convention) {
      F->setCallingConv(Convention);
      for (User *U : F->users())
        if (auto *Call = dyn_cast<CallBase>(U); Call && Call->getCalledOperand() == F)
          Call->setCallingConv(Convention);
    }
  }
  return Callee;
}

bool isPartOfExecutable(const Module &M) {
  return M.getPICLevel() == PICLevel::NotPIC || M.getPIELevel() != PIELevel::Default;
}

GlobalVariable &getControl(Module &M) {
  if (GlobalVariable *Existing = M.getNamedGlobal(ControlName)) {
    if (isPartOfExecutable(M))
      Existing->setDSOLocal(true);
    return *Existing;
  }
  Type *Int32 = Type::getInt32Ty(M.getContext());
  auto *Control = new GlobalVariable(M, StructType::get(Int32, Int32), /*isConstant=*/false,
                                     GlobalValue::ExternalLinkage, nullptr, ControlName);
  Control->setAlignment(Align(8));
  Control->setDSOLocal(isPartOfExecutable(M));
  return *Control;
}

const Attribute::AttrKind StaleAttributes[] = {Attribute::Memory, Attribute::NoSync,
                                               Attribute::NoFree, Attribute::Speculatable};

} // namespace

FunctionCallee getPoll(Module &M) {
  return declare(M, PollName, FunctionType::get(Type::getVoidTy(M.getContext()), false),
                 CallingConv::PreserveMost);
}

FunctionCallee getTrapPoll(Module &M) {
  FunctionCallee Poll =
      declare(M, TrapPollName, FunctionType::get(Type::getVoidTy(M.getContext()), false),
              CallingConv::PreserveMost);
  if (auto *F = dyn_cast<Function>(Poll.getCallee()))
    F->removeFnAttr(Attribute::Cold);
  return Poll;
}

FunctionCallee getWriteBarrier(Module &M) {
  LLVMContext &C = M.getContext();
  return declare(
      M, WriteBarrierName,
      FunctionType::get(Type::getVoidTy(C), {PointerType::get(C, 0), Type::getInt64Ty(C)}, false),
      CallingConv::PreserveMost);
}

FunctionCallee getBulkBarrier(Module &M) {
  LLVMContext &C = M.getContext();
  Type *Pointer = PointerType::get(C, 0);
  return declare(
      M, BulkBarrierName,
      FunctionType::get(Type::getVoidTy(C), {Pointer, Pointer, Type::getInt64Ty(C)}, false),
      CallingConv::PreserveMost);
}

CallInst *createSlowCall(IRBuilderBase &Builder, FunctionCallee SlowPath,
                         ArrayRef<Value *> Arguments) {
  CallInst *Call = Builder.CreateCall(SlowPath, Arguments);
  Call->setCallingConv(CallingConv::PreserveMost);
  return Call;
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
  bool Either = Flag == ControlFlag::Either;
  Type *Ty = Either ? Builder.getInt64Ty() : Builder.getInt32Ty();
  Constant *Address = byteOffset(&getControl(M), Flag == ControlFlag::Barrier ? 4 : 0);
  Value *Load = Builder.CreateAlignedLoad(Ty, Address, Align(Either ? 8 : 4), /*isVolatile=*/true,
                                          "tricolor.flag");
  Value *Set = Builder.CreateICmpNE(Load, Constant::getNullValue(Ty), "tricolor.set");
  BasicBlock *Test = Before.getParent();
  Instruction *ColdTerminator =
      SplitBlockAndInsertIfThen(Set, Before.getIterator(), /*Unreachable=*/false,
                                MDBuilder(M.getContext()).createUnlikelyBranchWeights());
  ColdTerminator->setDebugLoc(Builder.getCurrentDebugLocation());
  Test->getTerminator()->setDebugLoc(Builder.getCurrentDebugLocation());
  return ColdTerminator;
}

bool isBarrierCall(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && (Callee->getName() == WriteBarrierName || Callee->getName() == BulkBarrierName);
}

BranchInst *flagTest(BasicBlock &BB, ControlFlag Flag) {
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  if (!Branch || !Branch->isConditional())
    return nullptr;
  auto *Compare = dyn_cast<ICmpInst>(Branch->getCondition());
  if (!Compare || Compare->getPredicate() != ICmpInst::ICMP_NE ||
      !match(Compare->getOperand(1), PatternMatch::m_Zero()))
    return nullptr;
  auto *Load = dyn_cast<LoadInst>(Compare->getOperand(0));
  if (!Load || !Load->isVolatile() || Load->getParent() != &BB)
    return nullptr;
  APInt Offset(64, 0);
  const Value *Base = Load->getPointerOperand()->stripAndAccumulateConstantOffsets(
      BB.getDataLayout(), Offset, /*AllowNonInbounds=*/true);
  if (!isa<GlobalVariable>(Base) || Base->getName() != ControlName)
    return nullptr;
  bool Either = Flag == ControlFlag::Either;
  return Load->getType()->isIntegerTy(Either ? 64 : 32) &&
                 Offset == (Flag == ControlFlag::Barrier ? 4U : 0U)
             ? Branch
             : nullptr;
}

void keepUnshared(BranchInst &Test) {
  Test.setMetadata(UnsharedMetadata, MDNode::get(Test.getContext(), {}));
}

bool mayBeShared(const BranchInst &Test) { return !Test.hasMetadata(UnsharedMetadata); }

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
