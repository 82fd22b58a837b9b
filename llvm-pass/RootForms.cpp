//===- llvm-pass/RootForms.cpp - Which roots are listed as values -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Above the limit those go to slots whose store is made most rarely (the definition is in no loop, or in
// fewer than others) and serves most calls: the allocator would spill the same ones.
//
//===------------------------------------------------------------------------------------------===//

#include "RootForms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

#include <tuple>

using namespace llvm;

namespace tricolor {
namespace {

/// Registers in which arguments of the C calling convention are passed that are no vectors.
constexpr unsigned ArgumentRegisters = 6;

bool isWordSized(Type *Ty) {
  return (Ty->isPointerTy() && Ty->getPointerAddressSpace() == 0) || Ty->isIntegerTy(64);
}

/// How many registers an argument takes at most, vector registers not counted.
unsigned registersOf(Type *Ty, const DataLayout &DL) {
  if (Ty->isFloatingPointTy() || Ty->isVectorTy())
    return 0;
  if (auto *STy = dyn_cast<StructType>(Ty)) {
    unsigned Sum = 0;
    for (Type *Element : STy->elements())
      Sum += std::max(registersOf(Element, DL), 1u);
    return Sum;
  }
  if (auto *ATy = dyn_cast<ArrayType>(Ty))
    return ATy->getNumElements() > ArgumentRegisters
               ? ArgumentRegisters + 1
               : ATy->getNumElements() * std::max(registersOf(ATy->getElementType(), DL), 1u);
  return divideCeil(DL.getTypeSizeInBits(Ty).getFixedValue(), 64);
}

} // namespace

RootForms::RootForms(Function &F, const Liveness &Live, AllowedForms Allowed)
    : F(F), Live(Live), Values(Live.numRoots()), NumCalls(Live.numRoots()) {
  // setjmp: what is in a register when a longjmp comes is lost.
  if (Allowed == AllowedForms::Slots || F.hasOptNone() || F.callsFunctionThatReturnsTwice())
    return;
  for (unsigned Root = 0; Root != Live.numRoots(); ++Root)
    if (canBeValue(*Live.root(Root)))
      Values.set(Root);
}

bool RootForms::canBeValue(const Value &Root) const {
  if (!isWordSized(Root.getType()) || isa<CallBrInst>(Root))
    return false;
  auto *A = dyn_cast<Argument>(&Root);
  return !A || isPassedInRegister(*A);
}

/// An argument in the caller's frame is named in the map by where it lies, and that place may be a
/// variable of the function that it writes to.
bool RootForms::isPassedInRegister(const Argument &A) const {
  CallingConv::ID Convention = F.getCallingConv();
  if (Convention != CallingConv::C && Convention != CallingConv::Fast &&
      Convention != CallingConv::Cold && Convention != CallingConv::X86_64_SysV)
    return false;
  if (A.hasSwiftErrorAttr() || A.hasInAllocaAttr() || A.hasPreallocatedAttr())
    return false;
  unsigned Registers = 0;
  for (const Argument &Before : F.args()) {
    if (!Before.hasByValAttr())
      Registers += registersOf(Before.getType(), F.getDataLayout());
    if (&Before == &A)
      return Registers <= ArgumentRegisters;
  }
  return false;
}

void RootForms::need(const CallBase &Call, ArrayRef<unsigned> Roots) {
  SmallVector<unsigned, 16> Here;
  bool Preserves = !Call.hasFnAttr("no_callee_saved_registers");
  for (unsigned Root : Roots) {
    ++NumCalls[Root];
    if (!Preserves)
      Values.reset(Root);
    else if (Values.test(Root))
      Here.push_back(Root);
  }
  if (Here.size() > MaxValues)
    LargeNeeds.emplace_back(Here.begin(), Here.end());
}

void RootForms::needInFrame(ArrayRef<unsigned> Roots) {
  for (unsigned Root : Roots)
    Values.reset(Root);
}

void RootForms::decide(DominatorTree &DT) {
  if (LargeNeeds.empty())
    return;
  LoopInfo Loops(DT);
  auto Cost = [&](unsigned Root) {
    auto *I = dyn_cast<Instruction>(Live.root(Root));
    return std::tuple(I ? Loops.getLoopDepth(I->getParent()) : 0, ~NumCalls[Root], Root);
  };
  for (SmallVector<unsigned, 4> &Need : LargeNeeds) {
    erase_if(Need, [&](unsigned Root) { return !Values.test(Root); });
    if (Need.size() <= MaxValues)
      continue;
    sort(Need, [&](unsigned A, unsigned B) { return Cost(A) < Cost(B); });
    for (unsigned Root : ArrayRef(Need).drop_back(MaxValues))
      Values.reset(Root);
  }
}

} // namespace tricolor
