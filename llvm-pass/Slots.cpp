//===- llvm-pass/Slots.cpp - Places in the frame for scalar roots -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Slots.h"

#include "Safepoints.h"
#include "StackMemory.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Above this many conflicts slots are not shared: the frame grows instead of compile time.
constexpr size_t MaxConflicts = 4'000'000;

/// Calls that are rarely made: polls, and those on the way to the end of the program or a throw.
bool isCold(const CallBase &Call) {
  return isPoll(Call) || Call.hasFnAttr(Attribute::Cold) ||
         isa<UnreachableInst>(Call.getParent()->getTerminator());
}

bool isWordSized(const Value *Root) {
  return Root->getType()->isPointerTy() || Root->getType()->isIntegerTy(64);
}

} // namespace

Slots::Slots(Function &F, BasePointers &Bases, Liveness &Live)
    : F(F), Bases(Bases), Live(Live), Needed(Live.numRoots()), SlotOf(Live.numRoots()),
      Conflicts(Live.numRoots()), CallsOf(Live.numRoots()),
      ReturnsTwice(F.callsFunctionThatReturnsTwice()) {}

void Slots::need(unsigned Root, CallBase &Call) {
  Needed.set(Root);
  CallsOf[Root].push_back(&Call);
}

void Slots::noteConflicts(unsigned Root, const BitVector &LiveThere) {
  if (!Needed.test(Root) || NumConflicts > MaxConflicts)
    return;
  for (unsigned Other : LiveThere.set_bits())
    if (Other != Root && Needed.test(Other)) {
      Conflicts[Root].push_back(Other);
      Conflicts[Other].push_back(Root);
      ++NumConflicts;
    }
}

static AllocaInst *addSlot(IRBuilder<> &Builder, Type &Ty) {
  AllocaInst *Slot = Builder.CreateAlloca(&Ty, nullptr, "tricolor.slot");
  markPrivate(*Slot);
  return Slot;
}

/// Greedy colouring. Roots are numbered by first use in layout order, which follows dominance closely
/// enough for the result to be near the number of roots that are live at once.
void Slots::assignWords() {
  // setjmp: what was stored before it must still be there after a longjmp from anywhere.
  bool Share = NumConflicts <= MaxConflicts && !ReturnsTwice;

  IRBuilder<> Builder(&F.getEntryBlock(), F.getEntryBlock().begin());
  SmallVector<AllocaInst *, 16> Words;
  DenseMap<const AllocaInst *, unsigned> Colour;
  BitVector Taken;
  for (unsigned Root : Needed.set_bits()) {
    Value *V = Live.root(Root);
    if (!isWordSized(V)) {
      SlotOf[Root].Memory = addSlot(Builder, *V->getType());
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
      Words.push_back(addSlot(Builder, *Builder.getPtrTy()));
      Colour[Words.back()] = Choice;
    }
    SlotOf[Root].Memory = Words[Choice];
  }
}

/// The first place at which a root may be stored.
Instruction *Slots::definitionPoint(Value *Root, DominatorTree &DT) {
  if (isa<Argument>(Root))
    return &*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
  if (auto *Invoke = dyn_cast<InvokeInst>(Root)) {
    BasicBlock *Normal = Invoke->getNormalDest();
    if (!Normal->getSinglePredecessor())
      Normal = SplitEdge(Invoke->getParent(), Normal, &DT);
    return &*Normal->getFirstInsertionPt();
  }
  if (auto *Phi = dyn_cast<PHINode>(Root))
    return &*Phi->getParent()->getFirstInsertionPt();
  return cast<Instruction>(Root)->getNextNode();
}

/// The latest place that dominates the given calls and is in no loop that its definition is not in.
///
/// Every way to a call then passes a store of the root's latest value: the definition dominates the
/// store and the store the call, so no way leads from the definition to the call around the store.
Instruction *Slots::storePoint(Value *Root, ArrayRef<CallBase *> Hot, DominatorTree &DT,
                               const LoopInfo &Loops) {
  auto *Definition = dyn_cast<Instruction>(Root);
  BasicBlock *Home = Definition ? Definition->getParent() : &F.getEntryBlock();
  BasicBlock *Where = Hot.front()->getParent();
  // Most calls are dominated by one before, which is found out without a walk up the tree.
  for (CallBase *Call : Hot)
    if (Where != Home && !DT.dominates(Where, Call->getParent()))
      Where = DT.findNearestCommonDominator(Where, Call->getParent());
  while (Where != Home) {
    const Loop *L = Loops.getLoopFor(Where);
    if (!L || L->contains(Home))
      break;
    Where = DT.getNode(Where)->getIDom()->getBlock();
  }
  if (Where == Home)
    return definitionPoint(Root, DT);
  Instruction *First = Where->getTerminator();
  for (CallBase *Call : Hot)
    if (Call->getParent() == Where && Call->comesBefore(First))
      First = Call;
  return First;
}

void Slots::findStores(unsigned Root, DominatorTree &DT, const LoopInfo &Loops) {
  Value *V = Live.root(Root);
  // The results of an asm goto are defined on several edges: store them at the calls alone.
  SmallVector<CallBase *, 8> Hot, Cold;
  for (CallBase *Call : CallsOf[Root])
    if (DT.isReachableFromEntry(Call->getParent()))
      (isCold(*Call) || isa<CallBrInst>(V) ? Cold : Hot).push_back(Call);
  Instruction *Main = nullptr;
  if (ReturnsTwice && !isa<CallBrInst>(V))
    Main = definitionPoint(V, DT);
  else if (!Hot.empty())
    Main = storePoint(V, Hot, DT, Loops);
  if (Main)
    Stores.push_back({Main, Root});
  // The definition stores for every call; calls that it does not dominate, which a longjmp leads to, list what
  // was stored last.
  if (Main && ReturnsTwice)
    return;
  for (CallBase *Call : Cold)
    if (!Main || !(Main == Call || DT.dominates(Main, Call)))
      Stores.push_back({Call, Root});
}

void Slots::create(DominatorTree &DT) {
  assignWords();
  LoopInfo Loops(DT);
  for (unsigned Root : Needed.set_bits())
    findStores(Root, DT, Loops);
  IRBuilder<> Builder(F.getContext());
  for (auto [Before, Root] : Stores) {
    AllocaInst *Memory = SlotOf[Root].Memory;
    Builder.SetInsertPoint(Before->getParent(), Before->getIterator());
    Builder.SetCurrentDebugLocation(DebugLoc());
    Builder.CreateAlignedStore(Live.root(Root), Memory, Memory->getAlign());
  }
  if (!ReturnsTwice)
    return;
  // A longjmp leads to calls around the definition: what they list must not be garbage.
  for (unsigned Root : Needed.set_bits()) {
    AllocaInst *Memory = SlotOf[Root].Memory;
    Builder.SetInsertPoint(Memory->getParent(), std::next(Memory->getIterator()));
    Builder.CreateAlignedStore(Constant::getNullValue(Memory->getAllocatedType()), Memory,
                               Memory->getAlign());
  }
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
  } else {
    Bundle.addSlot(S.Memory, S.Exact ? RootTrust::AsTyped : RootTrust::Tolerant);
  }
}

} // namespace tricolor
