//===- llvm-pass/Slots.cpp - Places in the frame for scalar roots --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------===//

#include "Slots.h"

#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Above this many conflicts (pairs) slots are not shared: the frame grows instead of compile time.
constexpr size_t MaxConflicts = 4'000'000;

bool isWordSized(const Value *Root) {
  return Root->getType()->isPointerTy() || Root->getType()->isIntegerTy(64);
}

} // namespace

Slots::Slots(Function &F, BasePointers &Bases, Liveness &Live)
    : F(F), Bases(Bases), Live(Live), Needed(Live.numRoots()), SlotOf(Live.numRoots()),
      Conflicts(Live.numRoots()) {}

void Slots::noteConflicts(unsigned Root, const BitVector &LiveThere) {
  if (!Needed.test(Root))
    return;
  for (unsigned Other : LiveThere.set_bits())
    if (Other != Root && Needed.test(Other)) {
      Conflicts[Root].push_back(Other);
      Conflicts[Other].push_back(Root);
    }
}

/// Greedy colouring. Roots are numbered by first use in layout order, which follows dominance closely
/// enough for the result to be near the number of roots that are live at once.
void Slots::assignWords() {
  size_t Pairs = 0;
  for (unsigned Root : Needed.set_bits())
    Pairs += Conflicts[Root].size();
  // setjmp: what was stored before it must still be there after a longjmp from anywhere.
  bool Share = Pairs <= MaxConflicts && !F.callsFunctionThatReturnsTwice();

  IRBuilder<> Builder(&F.getEntryBlock(), F.getEntryBlock().begin());
  SmallVector<AllocaInst *, 16> Words;
  DenseMap<const AllocaInst *, unsigned> Colour;
  BitVector Taken;
  for (unsigned Root : Needed.set_bits()) {
    Value *V = Live.root(Root);
    if (!isWordSized(V)) {
      SlotOf[Root].Memory = Builder.CreateAlloca(V->getType(), nullptr, "tricolor.slot");
      SlotOf[Root].Memory->setAlignment(std::max(SlotOf[Root].Memory->getAlign(), Align(8)));
      continue;
    }
    SlotOf[Root].Exact = Bases.isExact(V);
    unsigned Choice = Words.size();
    if (Share) {
      Taken.reset();
      Taken.resize(Words.size());
      for (unsigned Other : Conflicts[Root])
        if (auto It = Colour.find(SlotOf[Other].Memory); It != Colour.end())
          Taken.set(It->second);
      if (int Free = Taken.find_first_unset(); Free >= 0)
        Choice = Free;
    }
    if (Choice == Words.size()) {
      Words.push_back(Builder.CreateAlloca(Builder.getPtrTy(), nullptr, "tricolor.slot"));
      Colour[Words.back()] = Choice;
    }
    SlotOf[Root].Memory = Words[Choice];
  }
}

void Slots::store(Value *Root, AllocaInst *Memory, DominatorTree &DT) {
  BasicBlock::iterator Where;
  if (isa<Argument>(Root)) {
    Where = F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  } else if (auto *Invoke = dyn_cast<InvokeInst>(Root)) {
    BasicBlock *Normal = Invoke->getNormalDest();
    if (!Normal->getSinglePredecessor()) {
      Normal = SplitEdge(Invoke->getParent(), Normal, &DT);
    }
    Where = Normal->getFirstInsertionPt();
  } else if (auto *Phi = dyn_cast<PHINode>(Root)) {
    Where = Phi->getParent()->getFirstInsertionPt();
  } else {
    Where = std::next(cast<Instruction>(Root)->getIterator());
  }
  IRBuilder<> Builder(Where->getParent(), Where);
  Builder.SetCurrentDebugLocation(DebugLoc());
  Builder.CreateAlignedStore(Root, Memory, Memory->getAlign());
}

void Slots::create(DominatorTree &DT) {
  assignWords();
  for (unsigned Root : Needed.set_bits())
    store(Live.root(Root), SlotOf[Root].Memory, DT);
}

void Slots::list(unsigned Root, RootBundleWriter &Bundle) const {
  const Slot &S = SlotOf[Root];
  Value *V = Live.root(Root);
  if (!isWordSized(V)) {
    PointerMask Mask = pointerMask(V->getType(), F.getDataLayout());
    // Floating point and vectors that only move memory have no words of their own to show.
    if (!Mask.mayHoldPointers())
      Mask = tolerantMask(F.getDataLayout().getTypeStoreSize(V->getType()).getFixedValue());
    Bundle.addMask(S.Memory, Mask, RootTrust::Tolerant);
  } else if (S.Exact) {
    Bundle.addSlot(S.Memory);
  } else {
    Bundle.addTolerantSlot(S.Memory);
  }
}

} // namespace tricolor
