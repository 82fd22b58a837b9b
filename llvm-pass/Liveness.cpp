//===- llvm-pass/Liveness.cpp - Which roots are live after a call -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Only roots that cross blocks take part in the dataflow; most live within one block and are found by
// the walk over it. A phi's operands are used at the end of the blocks they come from.
//
//===------------------------------------------------------------------------------------------===//

#include "Liveness.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Uses that say something about a pointer but do not need its object.
bool isBookkeeping(const Instruction &I) {
  auto *II = dyn_cast<IntrinsicInst>(&I);
  return II && II->isAssumeLikeIntrinsic() && II->getType()->isVoidTy();
}

} // namespace

Liveness::Liveness(Function &F, BasePointers &Bases) : F(F), Bases(Bases) {
  number();
  solve();
}

ArrayRef<unsigned> Liveness::rootsUsedBy(Value *V) const {
  auto It = Uses.find(V);
  return It == Uses.end() ? ArrayRef<unsigned>() : ArrayRef<unsigned>(It->second);
}

void Liveness::number() {
  auto Use = [&](Value *V, const BasicBlock *Where) {
    if (!isa<Instruction, Argument>(V))
      return;
    auto [It, New] = Uses.try_emplace(V);
    if (New)
      for (Value *Root : Bases.roots(V)) {
        auto [Entry, NewRoot] = RootIndex.try_emplace(Root, Roots.size());
        if (NewRoot) {
          Roots.push_back(Root);
          CrossingIndex.push_back(-1);
        }
        It->second.push_back(Entry->second);
      }
    for (unsigned Root : It->second) {
      auto *Definition = dyn_cast<Instruction>(Roots[Root]);
      const BasicBlock *Home = Definition ? Definition->getParent() : &F.getEntryBlock();
      if (Home != Where && CrossingIndex[Root] < 0) {
        CrossingIndex[Root] = static_cast<int>(CrossingRoots.size());
        CrossingRoots.push_back(Root);
      }
    }
  };
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (auto *Phi = dyn_cast<PHINode>(&I)) {
        for (unsigned N = 0; N != Phi->getNumIncomingValues(); ++N)
          Use(Phi->getIncomingValue(N), Phi->getIncomingBlock(N));
      } else if (!isBookkeeping(I)) {
        for (Value *Operand : I.operands())
          Use(Operand, &BB);
      }
    }
}

Liveness::Block &Liveness::at(const BasicBlock *BB) { return Blocks[BB->getNumber()]; }

void Liveness::solve() {
  unsigned Size = CrossingRoots.size();
  Blocks.resize(F.getMaxBlockNumber());
  for (BasicBlock &BB : F) {
    Block &B = at(&BB);
    B.LiveOut.resize(Size);
    B.Used.resize(Size);
    B.Defined.resize(Size);
  }
  auto Crossing = [&](unsigned Root, auto &&Do) {
    if (CrossingIndex[Root] >= 0)
      Do(static_cast<unsigned>(CrossingIndex[Root]));
  };
  for (BasicBlock &BB : F) {
    Block &B = at(&BB);
    for (Instruction &I : BB) {
      if (auto *Phi = dyn_cast<PHINode>(&I)) {
        for (unsigned N = 0; N != Phi->getNumIncomingValues(); ++N)
          for (unsigned Root : rootsUsedBy(Phi->getIncomingValue(N)))
            Crossing(Root, [&](unsigned C) {
              // The use is at the end of the block that the operand comes from.
              at(Phi->getIncomingBlock(N)).LiveOut.set(C);
            });
      } else if (!isBookkeeping(I)) {
        for (Value *Operand : I.operands())
          for (unsigned Root : rootsUsedBy(Operand))
            Crossing(Root, [&](unsigned C) {
              if (!B.Defined.test(C))
                B.Used.set(C);
            });
      }
      if (auto It = RootIndex.find(&I); It != RootIndex.end())
        Crossing(It->second, [&](unsigned C) { B.Defined.set(C); });
    }
  }
  // Arguments are defined before the entry block, which has no predecessor to bother.
  SmallSetVector<BasicBlock *, 32> Work;
  for (BasicBlock *BB : post_order(&F))
    Work.insert(BB);
  for (BasicBlock &BB : F)
    Work.insert(&BB);
  SmallVector<BasicBlock *, 0> Queue(Work.begin(), Work.end());
  DenseSet<BasicBlock *> Queued(Queue.begin(), Queue.end());
  for (size_t Next = 0; Next != Queue.size(); ++Next) {
    BasicBlock *BB = Queue[Next];
    Queued.erase(BB);
    Block &B = at(BB);
    BitVector LiveIn = B.LiveOut;
    LiveIn.reset(B.Defined);
    LiveIn |= B.Used;
    for (BasicBlock *Before : predecessors(BB)) {
      BitVector &Out = at(Before).LiveOut;
      if (!LiveIn.test(Out))
        continue; // nothing new
      Out |= LiveIn;
      if (Queued.insert(Before).second)
        Queue.push_back(Before);
    }
  }
}

void Liveness::visit(CallVisitor OnCall, DefVisitor OnDefinition) {
  BitVector Live(Roots.size());
  auto Define = [&](Value *V) {
    if (auto It = RootIndex.find(V); It != RootIndex.end())
      OnDefinition(It->second, Live);
  };
  auto Kill = [&](Value *V) {
    if (auto It = RootIndex.find(V); It != RootIndex.end())
      Live.reset(It->second);
  };
  for (BasicBlock &BB : F) {
    Live.reset();
    for (unsigned C : at(&BB).LiveOut.set_bits())
      Live.set(CrossingRoots[C]);
    // What a phi of a successor takes from here and is defined here.
    for (BasicBlock *Next : successors(&BB))
      for (PHINode &Phi : Next->phis())
        for (unsigned Root : rootsUsedBy(Phi.getIncomingValueForBlock(&BB)))
          Live.set(Root);
    for (Instruction &I : reverse(BB)) {
      if (isa<PHINode>(I))
        break;
      Define(&I);
      Kill(&I);
      if (auto *Call = dyn_cast<CallBase>(&I))
        OnCall(*Call, Live);
      if (!isBookkeeping(I))
        for (Value *Operand : I.operands())
          for (unsigned Root : rootsUsedBy(Operand))
            Live.set(Root);
    }
    // Phis are defined at once, before anything else of the block; arguments before the entry.
    for (PHINode &Phi : BB.phis())
      Define(&Phi);
    if (&BB == &F.getEntryBlock())
      for (Argument &A : F.args())
        Define(&A);
  }
}

} // namespace tricolor
