//===- llvm-pass/SlowPathPlaces.cpp - Where slow paths lie in the code --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The IR says by a test's weights where its slow path goes, and a pass behind the back end's placement
// of blocks moves it there. The weights are unlikely ones in both cases, so the register allocator puts what a
// slow path needs beside the slow path.
//
//===------------------------------------------------------------------------------------------===//

#include "SlowPathPlaces.h"

#include "Functions.h"
#include "RuntimeInterface.h"
#include "Strategy.h"

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/BranchProbability.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;

namespace tricolor {
namespace {

/// The weights of a test whose slow path lies behind it: one to this. Between those of __builtin_expect (2000) and
/// of other tests (a million), and far enough from both that the back end's arithmetic on them leaves it there.
constexpr unsigned HereWeight = 20000;
const BranchProbability LeastHere(1, 200000), MostHere(1, 6000);

/// A test in a loop has its slow path behind it if it runs in at most one of this many rounds. Higher: fewer jumps
/// are taken; lower: less code.
constexpr unsigned RareRounds = 2;

bool isFlagTest(BasicBlock &BB) {
  return flagTest(BB, ControlFlag::Poll) || flagTest(BB, ControlFlag::Barrier) ||
         flagTest(BB, ControlFlag::Either);
}

class PlaceSlowPaths : public MachineFunctionPass {
public:
  static char ID;
  PlaceSlowPaths() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: places of slow paths"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    if (!usesStrategy(MF.getFunction()))
      return false;
    const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
    SmallVector<MachineBasicBlock *, 16> Tests;
    for (MachineBasicBlock &MBB : MF)
      if (MBB.succ_size() == 2)
        Tests.push_back(&MBB);
    bool Changed = false;
    for (MachineBasicBlock *Test : Tests)
      Changed |= place(*Test, TII);
    return Changed;
  }

private:
  /// Moves the slow path behind its test, if it is one that belongs there.
  static bool place(MachineBasicBlock &Test, const TargetInstrInfo &TII) {
    MachineBasicBlock *Slow = nullptr, *Else = nullptr;
    SmallVector<MachineOperand, 4> Condition, None;
    if (TII.analyzeBranch(Test, Slow, Else, Condition) || Condition.empty() || Else)
      return false;
    MachineBasicBlock *Next = Test.getNextNode();
    if (!Next || Slow == Next || !Test.isSuccessor(Next) || !isSlowPath(*Slow, Test, *Next, TII))
      return false;
    BranchProbability Taken = Test.getSuccProbability(llvm::find(Test.successors(), Slow));
    if (Taken.isUnknown() || Taken < LeastHere || Taken > MostHere ||
        TII.reverseBranchCondition(Condition))
      return false;
    DebugLoc Loc = Test.findBranchDebugLoc();
    TII.removeBranch(*Slow);
    TII.removeBranch(Test);
    TII.insertBranch(Test, Next, nullptr, Condition, Loc);
    Slow->moveAfter(&Test);
    return true;
  }

  /// Whether the block can only be reached from the test, and jumps to what is behind the test.
  static bool isSlowPath(MachineBasicBlock &Slow, const MachineBasicBlock &Test,
                         const MachineBasicBlock &Next, const TargetInstrInfo &TII) {
    MachineBasicBlock *To = nullptr, *Else = nullptr;
    SmallVector<MachineOperand, 4> Condition;
    return Slow.pred_size() == 1 && Slow.succ_size() == 1 && Slow.isPredecessor(&Test) &&
           Slow.isSuccessor(&Next) && !Slow.hasAddressTaken() && !Slow.isEHPad() &&
           !TII.analyzeBranch(Slow, To, Else, Condition) && To == &Next && Condition.empty();
  }
};

char PlaceSlowPaths::ID = 0;

const RegisterTargetPassConfigCallback Registration([](TargetMachine &, PassManagerBase &,
                                                       TargetPassConfig *Config) {
  Config->insertPass(&MachineBlockPlacementID, new PlaceSlowPaths());
});

} // namespace

PreservedAnalyses SlowPathPlacesPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  MDNode *Here = MDBuilder(M.getContext()).createBranchWeights(1, HereWeight);
  for (Function &F : M) {
    if (!isManaged(F))
      continue;
    const LoopInfo &LI = FAM.getResult<LoopAnalysis>(F);
    SmallVector<BasicBlock *, 16> Tests;
    for (BasicBlock &BB : F) {
      if (!isFlagTest(BB))
        continue;
      if (const Loop *L = LI.getLoopFor(&BB)) {
        const auto &Frequencies = FAM.getResult<BlockFrequencyAnalysis>(F);
        if (Frequencies.getBlockFreq(&BB).getFrequency() >
            Frequencies.getBlockFreq(L->getHeader()).getFrequency() / RareRounds)
          continue;
      }
      Tests.push_back(&BB);
    }
    for (BasicBlock *BB : Tests)
      BB->getTerminator()->setMetadata(LLVMContext::MD_prof, Here);
  }
  return PreservedAnalyses::none();
}

void linkSlowPathPlaces() {}

} // namespace tricolor
