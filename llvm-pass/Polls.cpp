//===- llvm-pass/Polls.cpp - Where managed code answers the collector --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Why every cycle has a poll.
//
//   1. A cycle of control flow within a function contains a back edge of any depth-first search. On
//      the way to it lies a poll, unless it is one of a loop that takes a small number of steps
//      whatever the data: those cannot go round for long, and a loop around them polls itself. So do
//      loops that run in chunks (LoopChunks.h): the cycle around a chunk is another loop.
//   2. A poll lies on the way if it stands in the back edge's source, or anywhere in the loop where it
//      dominates that source; a call that surely polls is as good.
//   3. Cycles of calls: CallCycles.h says which functions poll, EntryPolls.h where.
//   4. A cycle through longjmp or exceptions passes through calls too.
//
// A poll that meets a barrier's test shares it: the test is of both flags at once, and the cold block
// sorts out which it was; the poll first, the barrier's own test after it, next to the writes.
//
//===------------------------------------------------------------------------------------------===//

#include "Polls.h"
#include "Barriers.h"
#include "CallCycles.h"
#include "EntryPolls.h"
#include "FlagRegions.h"
#include "Functions.h"
#include "InlineAllocation.h"
#include "LoopChunks.h"
#include "PollForm.h"
#include "RuntimeInterface.h"
#include "Statistics.h"
#include "TrapPolls.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

#include <optional>
#include <tuple>

using namespace llvm;

#define DEBUG_TYPE "tricolor-polls"

STATISTIC(LoopPolls, "polls placed in loops");
STATISTIC(EntryPolls, "polls placed at function entries");
STATISTIC(CallPollsPlaced, "polls placed before cold calls");
STATISTIC(SharedTests, "polls that share a barrier's test");
STATISTIC(ShortLoops, "back edges without poll: the loop is short");
STATISTIC(CoveredLoops, "back edges without poll: another one is on every way to it");

namespace tricolor {
namespace {

/// Instructions that a loop without a poll may run, all iterations together. Higher: more loops without
/// a poll; lower: a thread answers sooner. Ten thousand are a few microseconds.
constexpr uint64_t MaxUnpolled = 10000;

/// Polls that replace one where ways meet, if that is no interpreter's jump. Higher: fewer instructions; lower:
/// less code and fewer maps.
constexpr unsigned MaxCutPolls = 4;
/// How many blocks back such places are looked for. Higher: more are found; lower: less compile time.
constexpr unsigned MaxCutDepth = 4;

/// Rounds that a loop makes each time, as far as is known, if its poll stands at its beginning. Higher: fewer polls
/// in loops that find soon what they look for; lower: fewer copies in interpreters, where one block is the end of
/// many ways.
constexpr uint64_t MinRounds = 100;

/// The most instructions that a loop can run, if that is a known number up to the limit.
std::optional<uint64_t> boundOf(const Loop &L, const LoopInfo &LI, ScalarEvolution &SE) {
  unsigned Trips = SE.getSmallConstantMaxTripCount(&L);
  if (Trips == 0 || Trips > MaxUnpolled)
    return std::nullopt;
  uint64_t Body = 0;
  for (const Loop *Inner : L) {
    std::optional<uint64_t> Bound = boundOf(*Inner, LI, SE);
    if (!Bound)
      return std::nullopt;
    Body += *Bound;
  }
  for (const BasicBlock *BB : L.blocks()) {
    if (LI.getLoopFor(BB) != &L)
      continue;
    Body += BB->size();
    for (const Instruction &I : *BB)
      if (mayChangeFlag(I)) // a call: who knows how long
        return std::nullopt;
  }
  if (Body * Trips > MaxUnpolled)
    return std::nullopt;
  return Body * Trips;
}

/// The first instruction after the static allocas and the stores of arguments to them, which is
/// what -O0 code begins with: a poll before them would find the arguments in no slot.
Instruction &entryPollPosition(BasicBlock &BB) {
  for (Instruction &I : BB) {
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
  createSlowCall(Builder, getPoll(*Before.getModule()), {});
}

/// Makes a barrier's test one of both flags, with the poll in its cold block.
void sharePoll(BranchInst &Test) {
  auto *Compare = cast<Instruction>(Test.getCondition());
  auto *Load = cast<LoadInst>(Compare->getOperand(0));
  Instruction &First = Test.getSuccessor(0)->front();
  insertPoll(First);
  Instruction *Cold = insertFlagTest(First, ControlFlag::Barrier);
  BasicBlock *After = First.getParent();
  while (!After->front().isTerminator())
    After->front().moveBefore(Cold->getIterator());
  IRBuilder<> Builder(&Test);
  Builder.SetCurrentDebugLocation(Test.getDebugLoc());
  Value *Both = Builder.CreateAlignedLoad(Builder.getInt64Ty(),
                                          Load->getPointerOperand()->stripInBoundsOffsets(),
                                          Align(8), /*isVolatile=*/true, "tricolor.flags");
  Test.setCondition(Builder.CreateICmpNE(Both, Builder.getInt64(0), "tricolor.set"));
  Compare->eraseFromParent();
  Load->eraseFromParent();
}

/// The barrier's test that ends the block, if a poll may be there too.
BranchInst *sharedTest(BasicBlock &BB) {
  BranchInst *Test = flagTest(BB, ControlFlag::Barrier);
  return Test && mayBeShared(*Test) ? Test : nullptr;
}

/// A barrier's test that every way round this loop to `From` passes, and that no inner loop repeats.
BranchInst *testOnTheWay(const BasicBlock *From, const Loop &L, const DominatorTree &DT,
                         const LoopInfo &LI) {
  for (BasicBlock *BB : L.blocks())
    if (LI.getLoopFor(BB) == &L && DT.dominates(BB, From))
      if (BranchInst *Test = sharedTest(*BB))
        return Test;
  return nullptr;
}

/// Puts the loops of a function into chunks that would poll in every round else.
ChunkHeaders chunkPolledLoops(Function &F, FunctionAnalysisManager &FAM) {
  if (F.hasOptNone() || F.hasOptSize())
    return {};
  const auto &LI = FAM.getResult<LoopAnalysis>(F);
  if (LI.empty())
    return {};
  const auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  ChunkHeaders Headers = chunkLoops(F, DT, LI, SE, [&](const Loop &L) {
    const BasicBlock *Latch = L.getLoopLatch();
    return Latch && !testOnTheWay(Latch, L, DT, LI) && !boundOf(L, LI, SE);
  });
  if (!Headers.empty())
    FAM.invalidate(F, PreservedAnalyses::none());
  return Headers;
}

/// Where functions poll because of their calls.
using EntryBlocks = SmallVector<BasicBlock *, 4>;

/// Decides where a function polls, then inserts. Placing splits blocks, so nothing is decided after.
class FunctionPolls {
public:
  FunctionPolls(Function &F, const CallPolls &Calls, const EntryBlocks &Entries,
                const DenseSet<const Function *> &SureEntries, const ChunkHeaders &Chunks,
                FunctionAnalysisManager &FAM, PollForm Form)
      : F(F), Form(Form), Calls(Calls), Entries(Entries), SureEntries(SureEntries), Chunks(Chunks),
        DT(FAM.getResult<DominatorTreeAnalysis>(F)), LI(FAM.getResult<LoopAnalysis>(F)), FAM(FAM) {}

  bool run() {
    for (BasicBlock *BB : Entries)
      decideEntry(*BB);
    decideLoops();
    EntryPolls += Entries.size();
    unsigned Cold = 0;
    for (CallBase *Call : Calls.ColdCalls)
      // Not where the function has polled already.
      if (Call->getFunction() == &F &&
          none_of(Entries, [&](BasicBlock *BB) { return pollsBefore(*BB, *Call); })) {
        Plain.insert(Call);
        ++Cold;
      }
    CallPollsPlaced += Cold;
    SharedTests += Shared.size();
    remark(Cold);
    for (BranchInst *Test : Shared)
      sharePoll(*Test);
    for (Instruction *Before : Plain)
      if (Form == PollForm::Trap)
        insertTrapPoll(*Before);
      else
        insertPoll(*Before);
    return !Shared.empty() || !Plain.empty();
  }

private:
  /// Whether every way to a cold call passes the poll that stands in a block because of other calls. In the call's own
  /// block it may be behind.
  bool pollsBefore(const BasicBlock &BB, const CallBase &Call) const {
    if (&BB != Call.getParent() || BB.isEntryBlock())
      return DT.dominates(&BB, Call.getParent());
    return any_of(Calls.Leaving.find(&F)->second, [&](const CallBase *Other) {
      return Other->getParent() == &BB && Other->comesBefore(&Call);
    });
  }

  /// Where the poll stands in a block that polls because of calls: at the function's entry, else before what may
  /// lead back, so never between a barrier's test and the writes that it guards.
  void decideEntry(BasicBlock &BB) {
    auto &Leaving = Calls.Leaving.find(&F)->second;
    auto Call = find_if(BB, [&](Instruction &I) { return is_contained(Leaving, &I); });
    BranchInst *Test = flagTest(BB, ControlFlag::Barrier);
    bool MayShare = Test && mayBeShared(*Test);
    // A call before the test might be the one that leads back here.
    if (sharesTests() && MayShare && none_of(BB, mayChangeFlag)) {
      Shared.insert(Test);
    } else if (BB.isEntryBlock() || (Call == BB.end() && Test && !MayShare)) {
      Plain.insert(&entryPollPosition(F.getEntryBlock()));
      PollBlocks.insert(&F.getEntryBlock());
      return;
    } else if (Call != BB.end()) {
      Plain.insert(&*Call);
    } else {
      Plain.insert(Test ? cast<Instruction>(cast<Instruction>(Test->getCondition())->getOperand(0))
                        : &positionIn(BB));
    }
    PollBlocks.insert(&BB);
  }

  void decideLoops() {
    SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> BackEdges;
    FindFunctionBackedges(F, BackEdges);
    DenseMap<const BasicBlock *, unsigned> Number;
    for (auto [N, BB] : enumerate(F))
      Number[&BB] = N;
    // Inner loops first: their polls may be on every way round an outer one.
    // Among sources of one loop, those that the others pass.
    sort(BackEdges, [&](const auto &A, const auto &B) {
      auto Key = [&](const auto &Edge) {
        return std::tuple(-int64_t(LI.getLoopDepth(Edge.second)),
                          DT.getNode(Edge.first)->getLevel(), Number.at(Edge.first));
      };
      return Key(A) < Key(B);
    });
    for (auto &[From, To] : BackEdges) {
      const Loop *L = LI.getLoopFor(To);
      if (L && (L->getHeader() != To || !L->contains(From)))
        L = nullptr; // a cycle with several entries
      if (L && Chunks.contains(To)) {
        ++Chunked;
        continue;
      }
      if (L && isShort(*L)) {
        ++Short;
        continue;
      }
      if (pollsOnTheWay(From, L)) {
        ++Covered;
        continue;
      }
      ++Loops;
      Cut Best;
      if (BranchInst *Test = L ? testOnTheWay(From, *L, DT, LI) : nullptr)
        Best.Shared.insert(Test);
      else if (!sharesTests() || !L ||
               !findCut(*const_cast<BasicBlock *>(From), *L, MaxCutDepth, Best) ||
               !isCheaper(Best, *From)) {
        Best = Cut();
        Best.Plain.insert(const_cast<BasicBlock *>(From));
      }
      if (L && Best.Plain.contains(From) && pollsAtHeader(*L)) {
        Plain.insert(&*L->getHeader()->getFirstInsertionPt());
        PollBlocks.insert(L->getHeader());
        continue;
      }
      for (BranchInst *Test : Best.Shared) {
        Shared.insert(Test);
        PollBlocks.insert(Test->getParent());
      }
      for (BasicBlock *BB : Best.Plain) {
        Plain.insert(&positionIn(*BB));
        PollBlocks.insert(BB);
      }
    }
    LoopPolls += Loops;
    ShortLoops += Short;
    CoveredLoops += Covered;
  }

  /// Whether the poll of a loop's back edges stands at its beginning instead. There it divides nothing: not the
  /// values of one round from those of the next, which would be copied then, nor a load from the comparison at the
  /// loop's end. Not where rounds leave the loop before its end: those would poll too.
  bool pollsAtHeader(const Loop &L) {
    BasicBlock *Header = L.getHeader();
    if (sharesTests() || Header->isEHPad())
      return false;
    if (L.getLoopLatch() == Header)
      return true;
    auto &Frequencies = FAM.getResult<BlockFrequencyAnalysis>(F);
    uint64_t Latches = 0;
    for (BasicBlock *BB : predecessors(Header))
      if (L.contains(BB))
        Latches += Frequencies.getBlockFreq(BB).getFrequency();
    return Frequencies.getBlockFreq(Header).getFrequency() <= Latches + Latches / MinRounds;
  }

  /// Where a trap poll stands in a block that has no place of its own for it: at the end, where the block's
  /// values have been used. At the beginning if it would divide a comparison from a load that is folded into it;
  /// not if the block writes what a barrier's test, or the reason for none, in an earlier block is for.
  Instruction &positionIn(BasicBlock &BB) const {
    Instruction *End = BB.getTerminator();
    auto *Branch = dyn_cast<BranchInst>(End);
    auto *Compare =
        Branch && Branch->isConditional() ? dyn_cast<ICmpInst>(Branch->getCondition()) : nullptr;
    if (sharesTests() || !Compare || BB.isEHPad() || flagTest(BB, ControlFlag::Barrier) ||
        none_of(Compare->operands(),
                [&](const Use &U) {
                  auto *Load = dyn_cast<LoadInst>(U);
                  return Load && Load->getParent() == &BB &&
                         all_of(Load->users(),
                                [](const User *User) { return isa<ICmpInst>(User); });
                }) ||
        any_of(BB, [](Instruction &I) { return I.mayWriteToMemory(); }))
      return *End;
    return *BB.getFirstInsertionPt();
  }

  /// Counting needs an analysis that few functions have already, and that finds nothing where the counter
  /// is in memory.
  bool isShort(const Loop &L) {
    return !F.hasOptNone() && boundOf(L, LI, FAM.getResult<ScalarEvolutionAnalysis>(F)).has_value();
  }

  /// Whether every way round the loop to `From` passes a poll that is decided already, or a call that
  /// polls.
  bool pollsOnTheWay(const BasicBlock *From, const Loop *L) {
    if (PollBlocks.contains(From))
      return true;
    if (!L)
      return false;
    for (const BasicBlock *BB : L->blocks())
      if (DT.dominates(BB, From) &&
          (PollBlocks.contains(BB) || any_of(*BB, [&](auto &I) { return surelyPolls(I); })))
        return true;
    return false;
  }

  /// Polls in several places that no way round a loop passes by.
  struct Cut {
    SmallSetVector<BranchInst *, 4> Shared;
    SmallSetVector<BasicBlock *, 4> Plain; ///< at their ends
    bool Covered = false;                  ///< some ways have a poll already
  };

  /// Finds polls on every way from the loop's header to the end of the block: where barriers' tests are.
  bool findCut(BasicBlock &BB, const Loop &L, unsigned Depth, Cut &Found) {
    if (PollBlocks.contains(&BB) || any_of(BB, [&](auto &I) { return surelyPolls(I); })) {
      Found.Covered = true;
      return true;
    }
    if (BranchInst *Test = LI.getLoopFor(&BB) == &L ? sharedTest(BB) : nullptr) {
      Found.Shared.insert(Test);
      return true;
    }
    if (&BB == L.getHeader() || LI.getLoopFor(&BB) != &L || Depth == 0)
      return false;
    for (BasicBlock *Before : predecessors(&BB)) {
      Cut Further = Found;
      // A test's cold block is passed on ways that pass the test, which is another of these blocks.
      if (DT.dominates(&BB, Before) || isColdBlock(*Before, BB))
        continue;
      if (findCut(*Before, L, Depth - 1, Further)) {
        Found = std::move(Further);
        continue;
      }
      // A reason to leave out a barrier may span the way to a block with one predecessor.
      if (!Before->getSingleSuccessor() || BB.getSinglePredecessor())
        return false;
      Found.Plain.insert(Before);
    }
    return true;
  }

  /// Whether a block holds the slow paths of a flag's test that jumps to `After` otherwise: no place for a
  /// poll, because what a barrier has tested is written in `After`.
  static bool isColdBlock(const BasicBlock &BB, const BasicBlock &After) {
    BasicBlock *Before = const_cast<BasicBlock *>(BB.getSinglePredecessor());
    const BranchInst *Test = Before ? flagTest(*Before, ControlFlag::Barrier) : nullptr;
    return Test && Test->getSuccessor(0) == &BB && Test->getSuccessor(1) == &After;
  }

  /// Whether those polls run less often than one at the end of the block.
  bool isCheaper(const Cut &Polls, const BasicBlock &Latch) {
    size_t Size = Polls.Shared.size() + Polls.Plain.size();
    if ((Size > MaxCutPolls && !isa<IndirectBrInst>(Latch.getTerminator()) &&
         !isa<IndirectBrInst>(LI.getLoopFor(&Latch)->getHeader()->getTerminator())) ||
        (Polls.Shared.empty() && !Polls.Covered))
      return false;
    auto &Frequencies = FAM.getResult<BlockFrequencyAnalysis>(F);
    uint64_t Runs = 0;
    for (const BasicBlock *BB : Polls.Plain)
      Runs += Frequencies.getBlockFreq(BB).getFrequency();
    return Runs <= Frequencies.getBlockFreq(&Latch).getFrequency() / 4 * 3;
  }

  bool surelyPolls(const Instruction &I) {
    const auto *Call = dyn_cast<CallBase>(&I);
    const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    if (!Callee)
      return false;
    if (mayAllocateInline(*Call))
      return false; // comes to the runtime when a run is used up only
    if (Callee->isDeclaration())
      return Callee->getName() == "tricolor_new" || Callee->getName() == "tricolor_new_array" ||
             Callee->getName() == "tricolor_new_conservative" ||
             Callee->getName() == "tricolor_new_noscan";
    return Callee->hasExactDefinition() && SureEntries.contains(Callee);
  }

  /// Whether a poll moves to where a barrier's test is. A trap poll shares only what every round of a loop tests
  /// anyway: it is shorter than what a shared test's cold block grows by.
  bool sharesTests() const { return Form == PollForm::Test; }

  void remark(unsigned Cold) {
    if (Entries.empty() && !Cold && !Loops && !Short && !Covered)
      return;
    OptimizationRemarkEmitter Emitter(&F);
    Emitter.emit([&]() {
      return OptimizationRemark("tricolor", "Polls", &F)
             << "polls in " << ore::NV("Function", F.getName()) << ": "
             << ore::NV("Entry", static_cast<unsigned>(Entries.size())) << " at the entry, "
             << ore::NV("Loops", Loops) << " in loops, " << ore::NV("ColdCalls", Cold)
             << " before cold calls (" << ore::NV("Shared", static_cast<unsigned>(Shared.size()))
             << " with a barrier's test); none for " << ore::NV("Short", Short) << " short loops, "
             << ore::NV("Covered", Covered) << " that pass another poll, "
             << ore::NV("Chunked", Chunked) << " in chunks";
    });
  }

  Function &F;
  PollForm Form; ///< of polls that share no test
  const CallPolls &Calls;
  const EntryBlocks &Entries;
  const DenseSet<const Function *> &SureEntries; ///< functions that poll whatever they do then
  const ChunkHeaders &Chunks;
  DominatorTree &DT;
  LoopInfo &LI;
  FunctionAnalysisManager &FAM;
  SmallSetVector<Instruction *, 8> Plain;
  SmallSetVector<BranchInst *, 4> Shared;
  SmallPtrSet<const BasicBlock *, 8> PollBlocks;
  unsigned Loops = 0;
  unsigned Short = 0;
  unsigned Covered = 0;
  unsigned Chunked = 0;
};

} // namespace

PreservedAnalyses PollsPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  SmallVector<Function *, 32> Managed;
  for (Function &F : M)
    if (isManaged(F) && !F.hasFnAttribute(NoPollAttribute))
      Managed.push_back(&F);
  CallPolls Calls = findCallPolls(Managed, [&](Function &F) -> const TargetLibraryInfo & {
    return FAM.getResult<TargetLibraryAnalysis>(F);
  });
  bool MayTrap = pollForm() == PollForm::Trap && Allowed == AllowedForms::Values;
  auto FormIn = [&](Function &F) {
    return MayTrap && canTrap(F) ? PollForm::Trap : PollForm::Test;
  };
  DenseMap<const Function *, ChunkHeaders> Chunks;
  bool Changed = false;
  for (Function *F : Managed) {
    // One instruction a round costs less than where a chunk begins and ends.
    if (FormIn(*F) == PollForm::Trap)
      continue;
    Chunks[F] = chunkPolledLoops(*F, FAM);
    Changed |= !Chunks[F].empty();
  }
  DenseMap<const Function *, EntryBlocks> Entries;
  DenseSet<const Function *> SureEntries;
  for (Function *F : Managed) {
    if (!Calls.Entries.contains(F))
      continue;
    ArrayRef<CallBase *> Leaving = Calls.Leaving[F];
    Entries[F] = chooseEntryPolls(*F, Leaving, Calls.Entries, FAM);
    if (surelyPolls(*F, Entries[F], Leaving))
      SureEntries.insert(F);
  }
  for (Function *F : Managed)
    if (FunctionPolls(*F, Calls, Entries[F], SureEntries, Chunks[F], FAM, FormIn(*F)).run()) {
      Changed = true;
      restoreBarriers(*F, FAM.getResult<TargetLibraryAnalysis>(*F));
    }
  if (!Changed)
    return PreservedAnalyses::all();

  dropStaleAttributes(M);
  return PreservedAnalyses::none();
}

} // namespace tricolor
