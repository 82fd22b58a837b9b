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

#include "Safepoints.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

#include <tuple>

using namespace llvm;

namespace tricolor {
namespace {

/// Registers in which arguments of the C calling convention are passed that are no vectors.
constexpr unsigned ArgumentRegisters = 6;

/// What a loop may keep in registers before roots that only its polls list go to slots: with calls in the loop, and
/// without. Higher: fewer stores before loops; lower: fewer values that loops fetch from the stack.
constexpr unsigned FreeAcrossCalls = 6;
constexpr unsigned FreeRegisters = 12;

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
  if (isTrapPoll(Call) && !Here.empty())
    Polls.emplace_back(&Call, SmallVector<unsigned, 4>(Here.begin(), Here.end()));
  if (Here.size() > MaxValues)
    LargeNeeds.emplace_back(Here.begin(), Here.end());
}

void RootForms::needInFrame(ArrayRef<unsigned> Roots) {
  for (unsigned Root : Roots)
    Values.reset(Root);
}

/// What a loop keeps in registers: what comes in, and what goes round.
static unsigned pressureOf(const Loop &L) {
  SmallPtrSet<const Value *, 16> Kept;
  for (const PHINode &Phi : L.getHeader()->phis())
    if (!Phi.getType()->isFPOrFPVectorTy())
      Kept.insert(&Phi);
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB)
      for (const Value *Operand : I.operands())
        if ((isa<Argument>(Operand) || isa<Instruction>(Operand)) && L.isLoopInvariant(Operand) &&
            !isa<AllocaInst>(Operand) && !Operand->getType()->isFPOrFPVectorTy())
          Kept.insert(Operand);
  return Kept.size();
}

/// Whether a loop calls something that changes registers.
static bool hasCalls(const Loop &L) {
  return any_of(L.blocks(), [](const BasicBlock *BB) {
    return any_of(*BB, [](const Instruction &I) {
      auto *Call = dyn_cast<CallBase>(&I);
      return Call && !isa<IntrinsicInst>(Call) && !Call->isInlineAsm() && !isTrapPoll(*Call) &&
             Call->getCallingConv() != CallingConv::PreserveMost;
    });
  });
}

/// A poll in a loop lists roots that come in and that the loop has no use for. Where the loop has no registers to
/// spare, those roots would be fetched for the poll, or push out what the loop works with. They go to slots: one
/// store before the loop.
void RootForms::forgetUnused(const LoopInfo &Loops) {
  for (auto &[Poll, Roots] : Polls) {
    const Loop *L = Loops.getLoopFor(Poll->getParent());
    if (!L)
      continue;
    SmallVector<unsigned, 8> Unused;
    for (unsigned Root : Roots) {
      const Value *V = Live.root(Root);
      if (Values.test(Root) && L->isLoopInvariant(V) && none_of(V->users(), [&](const User *U) {
            auto *I = dyn_cast<Instruction>(U);
            return I && L->contains(I);
          }))
        Unused.push_back(Root);
    }
    if (Unused.empty())
      continue;
    unsigned Free = hasCalls(*L) ? FreeAcrossCalls : FreeRegisters;
    if (pressureOf(*L) + Unused.size() > Free)
      for (unsigned Root : Unused)
        Values.reset(Root);
  }
}

void RootForms::decide(DominatorTree &DT) {
  if (LargeNeeds.empty() && Polls.empty())
    return;
  LoopInfo Loops(DT);
  forgetUnused(Loops);
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
