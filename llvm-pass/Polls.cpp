//===- llvm-pass/Polls.cpp - Where managed code answers the collector --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Why every cycle has a poll.
//
//   1. A cycle of control flow within a function contains a back edge of any depth-first search,
//      and so the source block of one, whose last act before its terminator is a poll.
//   2. A cycle of calls that passes through managed code contains a call from a managed function F
//      to something that may (transitively) call F again. Such a callee is not `norecurse` (it
//      would be its own caller), so F has a call that is not exempt below and F's entry polls.
//   3. A cycle through longjmp or exceptions passes through calls too.
//
// A declared libc function (TargetLibraryInfo knows it by name and prototype) without a function
// among its arguments does not call back, nor does a callee that says `nocallback`; operator new
// may call a new-handler, but a recursion through it that never ends is no program's plan.
//
//===------------------------------------------------------------------------------------------===//

#include "Polls.h"
#include "Functions.h"
#include "RuntimeInterface.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

#define DEBUG_TYPE "tricolor-polls"

STATISTIC(LoopPolls, "polls placed on back edges");
STATISTIC(EntryPolls, "polls placed at function entries");
STATISTIC(EntriesWithout, "calling functions that need no entry poll");

namespace tricolor {
namespace {

/// Whether the callee takes a function it might call: those libc functions call back.
bool mayCallItsArguments(LibFunc Func) {
  return Func == LibFunc_qsort || Func == LibFunc_atexit || Func == LibFunc_cxa_atexit;
}

/// Whether a call may lead back into the function that makes it.
bool mayLeadBack(const CallBase &Call, const TargetLibraryInfo &TLI) {
  if (Call.isInlineAsm() || isa<IntrinsicInst>(Call))
    return false;
  if (Call.hasFnAttr(Attribute::NoRecurse) || Call.hasFnAttr(Attribute::NoCallback))
    return false;
  const Function *Callee = Call.getCalledFunction();
  if (!Callee)
    return true;
  if (Callee->getName().starts_with("tricolor_") && Callee->isDeclaration())
    return false;
  LibFunc Func;
  if (Callee->isDeclaration() && TLI.getLibFunc(*Callee, Func))
    return mayCallItsArguments(Func);
  return true;
}

bool needsEntryPoll(const Function &F, const TargetLibraryInfo &TLI, bool &Calls) {
  Calls = false;
  for (const Instruction &I : instructions(F))
    if (const auto *Call = dyn_cast<CallBase>(&I)) {
      Calls |= !isa<IntrinsicInst>(Call) && !Call->isInlineAsm();
      if (!F.doesNotRecurse() && mayLeadBack(*Call, TLI))
        return true;
    }
  return false;
}

/// The first instruction after the static allocas and the stores of arguments to them, which is
/// what -O0 code begins with: a poll before them would find the arguments in no slot.
Instruction &entryPollPosition(Function &F) {
  for (Instruction &I : F.getEntryBlock()) {
    if (isa<AllocaInst>(I) || I.isDebugOrPseudoInst() || I.isLifetimeStartOrEnd())
      continue;
    if (auto *Store = dyn_cast<StoreInst>(&I))
      if (isa<Argument>(Store->getValueOperand()) &&
          isa<AllocaInst>(Store->getPointerOperand()->stripPointerCasts()))
        continue;
    return I;
  }
  llvm_unreachable("a block ends with a terminator");
}

void insertPoll(Instruction &Before) {
  DebugLoc Loc = locationFor(Before);
  Instruction *Cold = insertFlagTest(Before, ControlFlag::Poll);
  IRBuilder<> Builder(Cold);
  Builder.SetCurrentDebugLocation(Loc);
  Builder.CreateCall(getPoll(*Before.getModule()));
}

bool addPolls(Function &F, const TargetLibraryInfo &TLI) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> BackEdges;
  FindFunctionBackedges(F, BackEdges);
  SmallSetVector<const BasicBlock *, 8> Latches;
  for (auto &[From, To] : BackEdges)
    Latches.insert(From);

  bool Calls = false;
  bool Entry = needsEntryPoll(F, TLI, Calls);
  EntriesWithout += Calls && !Entry;

  for (const BasicBlock *Latch : Latches) {
    insertPoll(*const_cast<BasicBlock *>(Latch)->getTerminator());
    ++LoopPolls;
  }
  if (Entry) {
    insertPoll(entryPollPosition(F));
    ++EntryPolls;
  }
  return Entry || !Latches.empty();
}

} // namespace

PreservedAnalyses PollsPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  SmallVector<Function *, 32> Managed;
  for (Function &F : M)
    if (isManaged(F) && !F.hasFnAttribute(NoPollAttribute))
      Managed.push_back(&F);
  bool Changed = false;
  for (Function *F : Managed)
    Changed |= addPolls(*F, FAM.getResult<TargetLibraryAnalysis>(*F));
  if (!Changed)
    return PreservedAnalyses::all();

  dropStaleAttributes(M);
  return PreservedAnalyses::none();
}

} // namespace tricolor
