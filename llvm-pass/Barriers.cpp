//===- llvm-pass/Barriers.cpp - Write barriers --------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Find the writes of a function, leave out those that need no barrier, gather the rest into groups,
// then place one test before the first write of each group, with the calls for all of its writes in
// the cold block. Placing splits blocks, which moves instructions but keeps them.
//
// A group lies in one block and has nothing between its writes that may change the flag. Slots and
// values of its later writes must exist at the test: what computes them is moved before it, pure
// instructions always, loads where nothing that is passed on the way may write what they read. Every
// instruction of the block between test and write runs if the test does, so no trap is moved to
// where there was none.
//
//===------------------------------------------------------------------------------------------===//

#include "Barriers.h"
#include "BarrierCalls.h"
#include "BarrierElision.h"
#include "FlagRegions.h"
#include "Functions.h"
#include "LibrarySorts.h"
#include "ReusedStorage.h"
#include "RuntimeInterface.h"
#include "Statistics.h"
#include "Writes.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

#define DEBUG_TYPE "tricolor-barriers"

STATISTIC(PlacedTests, "barrier tests placed");
STATISTIC(Merged, "writes that share another write's barrier test");
STATISTIC(ElidedForStack, "writes without barrier: to the stack");
STATISTIC(ElidedForSize, "block writes without barrier: shorter than a word");
STATISTIC(ElidedFresh, "writes without barrier: to a fresh object");
STATISTIC(ElidedNumber, "writes without barrier: of a number, by its type");
STATISTIC(ElidedUpdate, "writes without barrier: a number over a number");
STATISTIC(ElidedSame, "writes without barrier: what was there before");
STATISTIC(ElidedGlobal, "writes without barrier: to a global's number");

namespace tricolor {
namespace {

/// The writes of one test. Higher: fewer tests in long initializers; lower: fewer values have to be
/// in registers at once between the test and the writes.
constexpr unsigned MaxGroup = 16;
/// Loads that one test may have moved before it, for the same trade.
constexpr unsigned MaxMovedLoads = 4;

/// On writes without barrier because the object was fresh, for restoreBarriers().
constexpr StringLiteral FreshMetadata = "tricolor.fresh";

using Group = SmallVector<Write, 4>;

class Grouping {
public:
  Grouping(Function &F, FunctionAnalysisManager &FAM,
           const SmallPtrSetImpl<const Instruction *> &Pinned)
      : F(F), FAM(FAM), Pinned(Pinned) {}

  /// Gathers the writes of one block, in their order.
  void add(const Write &W) {
    if (!Current.empty() && !join(W))
      close();
    if (Current.empty())
      MovedLoads = 0;
    Current.push_back(W);
    Last = W.At;
  }

  /// After the last write of a block.
  void close() {
    if (!Current.empty())
      Groups.push_back(std::move(Current));
    Current.clear();
  }

  SmallVector<Group, 16> Groups;

private:
  bool join(const Write &W) {
    Instruction *Test = Current.front().At;
    if (W.At->getParent() != Test->getParent() || Current.size() == MaxGroup ||
        (W.Kind != WriteKind::Value && W.Kind != WriteKind::Block &&
         W.Kind != WriteKind::Forgotten && W.Kind != WriteKind::Shown))
      return false;
    for (Instruction *I = Last; I != W.At; I = I->getNextNode())
      if (mayChangeFlag(*I) || !isGuaranteedToTransferExecutionToSuccessor(I))
        return false;
    // The barrier reads what a block write brings at the test already.
    if (W.Source && writtenBetween(*Test, *W.At, MemoryLocation::getBeforeOrAfter(W.Source)))
      return false;
    SmallSetVector<Instruction *, 8> Moved;
    unsigned Loads = MovedLoads;
    for (Value *Operand : {W.Slot, W.Stored, W.Source, W.Bytes, W.Count})
      if (Operand && !collect(Operand, *Test, Moved, Loads))
        return false;
    MovedLoads = Loads;
    SmallVector<Instruction *, 8> Ordered(Moved.begin(), Moved.end());
    sort(Ordered, [](Instruction *A, Instruction *B) { return A->comesBefore(B); });
    for (Instruction *I : Ordered)
      I->moveBefore(Test->getIterator());
    return true;
  }

  /// Adds to `Moved` what must go before the test so that `V` exists there.
  bool collect(Value *V, Instruction &Test, SmallSetVector<Instruction *, 8> &Moved,
               unsigned &Loads) {
    auto *I = dyn_cast<Instruction>(V);
    if (!I || I->getParent() != Test.getParent() || I->comesBefore(&Test) || Moved.contains(I))
      return true;
    if (I == &Test || isa<PHINode>(I) || mayChangeFlag(*I) || I->mayHaveSideEffects())
      return false;
    if (auto *Load = dyn_cast<LoadInst>(I)) {
      if (!Load->isSimple() || Pinned.contains(Load) || ++Loads > MaxMovedLoads ||
          writtenBetween(Test, *I, MemoryLocation::get(Load)))
        return false;
    } else if (I->mayReadFromMemory()) {
      return false;
    }
    for (Value *Operand : I->operands())
      if (!collect(Operand, Test, Moved, Loads))
        return false;
    Moved.insert(I);
    return true;
  }

  bool writtenBetween(Instruction &From, Instruction &To, const MemoryLocation &Location) {
    for (Instruction *I = &From; I != &To; I = I->getNextNode())
      if (I->mayWriteToMemory() && isModSet(aliases().getModRefInfo(I, Location)))
        return true;
    return false;
  }

  /// Asked for only where two writes of a block may be merged: few functions have it at -O0.
  AAResults &aliases() {
    if (!AA)
      AA = &FAM.getResult<AAManager>(F);
    return *AA;
  }

  Function &F;
  FunctionAnalysisManager &FAM;
  AAResults *AA = nullptr;
  const SmallPtrSetImpl<const Instruction *> &Pinned; ///< loads that must stay where they are
  Group Current;
  Instruction *Last = nullptr;
  unsigned MovedLoads = 0;
};

/// A write without barrier, and what it is without for: a read or an allocation before it.
struct Reason {
  const Instruction *Evidence;
  const Instruction *Write;
};

bool spans(const Reason &R, const Instruction &At, const DominatorTree &DT) {
  return DT.dominates(R.Evidence, &At) && DT.dominates(&At, R.Write);
}

enum class Sharing : uint8_t { Allowed, Forbidden };

void place(const Group &Writes, Sharing Polls) {
  Instruction *Cold = insertFlagTest(*Writes.front().At, ControlFlag::Barrier);
  if (Polls == Sharing::Forbidden)
    keepUnshared(*cast<BranchInst>(Cold->getParent()->getSinglePredecessor()->getTerminator()));
  for (const Write &W : Writes) {
    addBarrierCalls(*Cold, W);
    // A library function that writes after the test must not be jumped to: its return address tells the runtime that
    // the thread is between the two (rt/threads/safepoint_check.h).
    if (auto *Call = dyn_cast<CallInst>(W.At); Call && Call->isTailCall())
      Call->setTailCallKind(CallInst::TCK_NoTail);
  }
}

struct Counts {
  WritesOmitted Omitted;
  unsigned Writes = 0;
  unsigned Tests = 0;
  unsigned Elided[NumElisions] = {};

  unsigned elided(Elision Why) const { return Elided[static_cast<unsigned>(Why)]; }

  unsigned fresh() const { return elided(Elision::FreshObject) + elided(Elision::Untouched); }

  void addToStatistics() const {
    PlacedTests += Tests;
    Merged += Writes - Tests;
    ElidedForStack += Omitted.Stack;
    ElidedForSize += Omitted.Short;
    ElidedFresh += fresh();
    ElidedNumber += elided(Elision::NumberWrite);
    ElidedUpdate += elided(Elision::NumberUpdate);
    ElidedSame += elided(Elision::SameValue);
    ElidedGlobal += elided(Elision::NumberGlobal);
  }

  bool any() const {
    return Writes || Omitted.Stack || Omitted.Short || any_of(Elided, [](unsigned N) { return N; });
  }
};

void remark(OptimizationRemarkEmitter &Emitter, Function &F, const Counts &C) {
  if (C.any())
    Emitter.emit([&]() {
      return OptimizationRemark("tricolor", "Barriers", &F)
             << "barriers in " << ore::NV("Function", F.getName()) << ": "
             << ore::NV("Writes", C.Writes) << " writes in " << ore::NV("Tests", C.Tests)
             << " tests; none for " << ore::NV("Stack", C.Omitted.Stack) << " to the stack, "
             << ore::NV("Short", C.Omitted.Short) << " short blocks, "
             << ore::NV("FreshObject", C.fresh()) << " to fresh objects, "
             << ore::NV("NumberWrite", C.elided(Elision::NumberWrite)) << " numbers, "
             << ore::NV("NumberUpdate", C.elided(Elision::NumberUpdate)) << " number updates, "
             << ore::NV("SameValue", C.elided(Elision::SameValue)) << " of the same value, "
             << ore::NV("NumberGlobal", C.elided(Elision::NumberGlobal)) << " to global numbers";
    });
}

bool addBarriers(Function &F, FunctionAnalysisManager &FAM) {
  Counts C;
  auto Writes = findWrites(F, FAM.getResult<TargetLibraryAnalysis>(F), C.Omitted);
  SmallPtrSet<const Instruction *, 16> Pinned;
  SmallVector<Reason, 16> Reasons;
  SmallVector<Write, 32> Needed;
  for (const Write &W : Writes) {
    const Instruction *Evidence;
    Elision Why = elisionOf(W, Evidence);
    if (Evidence) {
      Pinned.insert(Evidence);
      Reasons.push_back({Evidence, W.At});
    }
    ++C.Elided[static_cast<unsigned>(Why)];
    if (Why == Elision::None)
      Needed.push_back(W);
    else if (Why == Elision::FreshObject)
      W.At->setMetadata(FreshMetadata, MDNode::get(F.getContext(), {}));
  }
  C.Elided[static_cast<unsigned>(Elision::None)] = 0;
  Grouping Gather(F, FAM, Pinned);
  const BasicBlock *Block = nullptr;
  for (const Write &W : Needed) {
    if (W.At->getParent() != Block)
      Gather.close();
    Block = W.At->getParent();
    Gather.add(W);
  }
  Gather.close();
  C.Writes = Needed.size();
  C.Tests = Gather.Groups.size();
  // Dominance is asked for before the first test changes it.
  const auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  SmallVector<Sharing, 16> Polls;
  for (const Group &G : Gather.Groups)
    Polls.push_back(any_of(Reasons, [&](const Reason &R) { return spans(R, *G.front().At, DT); })
                        ? Sharing::Forbidden
                        : Sharing::Allowed);
  for (auto [G, Allowed] : zip(Gather.Groups, Polls))
    place(G, Allowed);
  C.addToStatistics();
  OptimizationRemarkEmitter Emitter(&F);
  remark(Emitter, F, C);
  return !Gather.Groups.empty();
}

/// Whether something on a way from the object's allocation to the write may change the flag.
bool isBehindSafepoint(const Write &W) {
  const auto *Allocation = dyn_cast<Instruction>(getUnderlyingObject(W.Slot));
  if (!Allocation)
    return true;
  SmallSetVector<const BasicBlock *, 8> Blocks;
  auto IsPassed = [&](const BasicBlock &BB, const Instruction *From) {
    for (const Instruction *I = From; I; I = I->getPrevNode()) {
      if (I == Allocation)
        return false;
      if (mayChangeFlag(*I))
        return true;
    }
    Blocks.insert(pred_begin(&BB), pred_end(&BB));
    return false;
  };
  if (IsPassed(*W.At->getParent(), W.At->getPrevNode()))
    return true;
  for (unsigned I = 0; I != Blocks.size(); ++I) // grows meanwhile
    if (IsPassed(*Blocks[I], &Blocks[I]->back()))
      return true;
  return false;
}

} // namespace

bool restoreBarriers(Function &F, const TargetLibraryInfo &TLI) {
  if (none_of(instructions(F), [](auto &I) { return I.hasMetadata(FreshMetadata); }))
    return false;
  WritesOmitted Omitted;
  SmallVector<Write, 8> Needed;
  for (const Write &W : findWrites(F, TLI, Omitted))
    if (W.At->hasMetadata(FreshMetadata) && isBehindSafepoint(W))
      Needed.push_back(W);
  for (const Write &W : Needed) {
    W.At->setMetadata(FreshMetadata, nullptr);
    place({W}, Sharing::Allowed);
  }
  PlacedTests += Needed.size();
  ElidedFresh -= Needed.size();
  return !Needed.empty();
}

PreservedAnalyses BarriersPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  bool Changed = redirectSorts(M);
  for (Function &F : M)
    if (isManaged(F))
      Changed |= addBarriers(F, FAM);
  Changed |= eraseReuseMarks(M);
  if (!Changed)
    return PreservedAnalyses::all();
  dropStaleAttributes(M);
  return PreservedAnalyses::none();
}

} // namespace tricolor
