//===- llvm-pass/EntryPolls.cpp - Where a function polls before it calls -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "EntryPolls.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Polls in place of one where their ways part. Higher: fewer instructions; lower: less code, and fewer maps.
constexpr size_t MaxInPlace = 3;

/// Polls below a node of the dominator tree.
struct Choice {
  uint64_t Runs = 0;
  SmallVector<BasicBlock *, 4> Blocks;
};

class Search {
public:
  Search(Function &F, const DenseSet<const Function *> &Polling, FunctionAnalysisManager &FAM)
      : F(F), Polling(Polling), DT(FAM.getResult<DominatorTreeAnalysis>(F)),
        LI(FAM.getResult<LoopAnalysis>(F)), Frequencies(FAM.getResult<BlockFrequencyAnalysis>(F)) {}

  SmallVector<BasicBlock *, 4> run(ArrayRef<CallBase *> Leaving) {
    for (CallBase *Call : Leaving)
      add(*Call);
    // Children before parents.
    sort(Nodes, [&](BasicBlock *A, BasicBlock *B) {
      return DT.getNode(A)->getLevel() > DT.getNode(B)->getLevel();
    });
    for (BasicBlock *BB : Nodes) {
      Choice Best = best(*BB);
      if (BB->isEntryBlock())
        return Best.Blocks;
      Choice &Sum = Below[DT.getNode(BB)->getIDom()->getBlock()];
      Sum.Runs = SaturatingAdd(Sum.Runs, Best.Runs);
      Sum.Blocks.append(Best.Blocks);
    }
    return {&F.getEntryBlock()};
  }

private:
  void add(CallBase &Call) {
    BasicBlock *BB = Call.getParent();
    if (!DT.isReachableFromEntry(BB))
      return;
    Calling.insert(BB);
    const Function *Callee = Call.getCalledFunction();
    if (Callee == &F)
      Recursive.insert(BB);
    if (servesLoop(*BB) && (Callee == &F || !Polling.contains(Callee)))
      Serving.insert(BB);
    for (const DomTreeNode *Node = DT.getNode(BB); Node && Known.insert(Node->getBlock()).second;
         Node = Node->getIDom())
      Nodes.push_back(Node->getBlock());
  }

  /// Whether the poll of this block is one on every way round its loop, which needs one anyway.
  bool servesLoop(BasicBlock &BB) {
    const Loop *L = LI.getLoopFor(&BB);
    const BasicBlock *Latch = L ? L->getLoopLatch() : nullptr;
    return Latch && DT.dominates(&BB, Latch);
  }

  Choice best(BasicBlock &BB) {
    Choice Here;
    Here.Runs = Frequencies.getBlockFreq(&BB).getFrequency();
    if (Serving.contains(&BB))
      Here.Runs = 0;
    else if (Recursive.contains(&BB))
      Here.Runs = std::min(Here.Runs, Frequencies.getEntryFreq().getFrequency() / Recursive.size());
    Here.Blocks = {&BB};
    if (Calling.contains(&BB))
      return Here;
    Choice &Children = Below[&BB];
    if (Children.Blocks.empty())
      return Here;
    bool Few = Children.Blocks.size() == 1
                   ? Children.Runs <= Here.Runs
                   : Children.Blocks.size() <= MaxInPlace && Children.Runs < Here.Runs / 8 * 7;
    return Few ? Children : Here;
  }

  Function &F;
  const DenseSet<const Function *> &Polling;
  const DominatorTree &DT;
  const LoopInfo &LI;
  const BlockFrequencyInfo &Frequencies;
  SmallVector<BasicBlock *, 16> Nodes; ///< what dominates a call
  SmallPtrSet<BasicBlock *, 16> Known, Calling, Recursive, Serving;
  DenseMap<BasicBlock *, Choice> Below;
};

} // namespace

SmallVector<BasicBlock *, 4> chooseEntryPolls(Function &F, ArrayRef<CallBase *> Leaving,
                                              const DenseSet<const Function *> &Polling,
                                              FunctionAnalysisManager &FAM) {
  if (F.hasOptNone() ||
      any_of(Leaving, [](const CallBase *Call) { return Call->getParent()->isEntryBlock(); }))
    return {&F.getEntryBlock()};
  return Search(F, Polling, FAM).run(Leaving);
}

bool surelyPolls(Function &F, ArrayRef<BasicBlock *> Blocks, ArrayRef<CallBase *> Leaving) {
  SmallVector<BasicBlock *, 8> Work = {&F.getEntryBlock()};
  SmallPtrSet<BasicBlock *, 16> Seen(Work.begin(), Work.end());
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    bool Polls = is_contained(Blocks, BB);
    if (Polls && BB->isEntryBlock())
      return true;
    for (const Instruction &I : *BB) {
      if (Polls && is_contained(Leaving, &I))
        break;
      if (I.mayThrow())
        return false;
    }
    if (Polls)
      continue;
    if (succ_empty(BB) && !isa<UnreachableInst>(BB->getTerminator()))
      return false;
    for (BasicBlock *Next : successors(BB))
      if (Seen.insert(Next).second)
        Work.push_back(Next);
  }
  return true;
}

} // namespace tricolor
