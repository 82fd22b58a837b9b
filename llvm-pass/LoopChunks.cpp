//===- llvm-pass/LoopChunks.cpp - Counted loops that poll once in many rounds -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The loop goes on while the tested value `v` satisfies `v pred n`; v is the variable of the loop or its next
// value, and takes steps of a constant s (here s > 0; the other direction is the mirror image). The test is
// made in every round. A chunk goes on while `v pred bound`; at its end the old condition decides
// between the exit and the next chunk.
//
//   !=  bound = f + min(n - f, Span) in unsigned arithmetic, where f is the first v of the chunk and Span is a
//       multiple of s below half the range. Either bound is n, and nothing is changed. Or n - f > Span: then
//       none of f, f + s, ..., f + Span is n, the last is the bound, and no other of them is.
//   <   bound is between the variable and n, where the variable is known to be below n: Span or less above it.
//       If it is not known, bound = min(n, f + Span) with an addition that saturates. In both cases bound
//       <= n, so v pred bound implies v pred n.
//
// That the values do not wrap, and a chunk so has no more rounds than Span / s, follows from the known number of
// rounds of the whole loop. Where it is not so, polls are late, and nothing else is wrong.
//
// Where the next chunk begins: if the test is at the loop's end, with the values of the next round. If it is at its
// beginning and nothing has been written in this round, the round begins again; now the test passes.
//
//===------------------------------------------------------------------------------------------===//

#include "LoopChunks.h"
#include "FlagRegions.h"
#include "Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

#include <optional>

using namespace llvm;

#define DEBUG_TYPE "tricolor-polls"

STATISTIC(ChunkedLoops, "loops that run in chunks with a poll in between");

namespace tricolor {
namespace {

/// Rounds of a chunk. Higher: nothing is gained, a poll in a thousand rounds costs nothing; lower: a thread
/// answers sooner.
constexpr uint64_t MaxRounds = 1024;
/// Instructions of a chunk: longer bodies make fewer rounds. Higher: a thread answers later; ten thousand are
/// a few microseconds, or some hundred when every access misses the caches.
constexpr uint64_t MaxChunk = 16384;
/// Longer bodies have a poll a round. Higher: fewer instructions in loops; lower: less code, a loop in
/// chunks has some 60 bytes more.
constexpr uint64_t MaxBody = 24;
/// Rounds from which a chunk's beginning and end (about seven instructions) are cheaper than two a round.
constexpr unsigned WorthRounds = 4;

enum class TestAt : uint8_t { Latch, Beginning };
enum class Direction : uint8_t { Up, Down };

/// A loop that can run in chunks.
struct CountedLoop {
  const Loop *L;
  BranchInst *Exit;        ///< decides in every round whether to go on
  ICmpInst *Compare;       ///< its condition
  Value *Tested;           ///< the operand that counts
  Value *Limit;            ///< the other one
  CmpInst::Predicate GoOn; ///< `Tested GoOn Limit`: the loop goes on
  PHINode *Variable;
  bool TestsNext;   ///< Tested is the value of Variable in the next round
  bool KnownBefore; ///< `Variable GoOn Limit` when a chunk begins
  TestAt Where;
  Direction Way;
  uint64_t Step; ///< its size
  uint64_t Rounds;
};

uint64_t sizeOf(const Loop &L) {
  uint64_t Size = 0;
  for (const BasicBlock *BB : L.blocks())
    Size += BB->size();
  return Size;
}

/// Whether the predicate stops a variable that goes that way.
bool stops(CmpInst::Predicate GoOn, Direction Way) {
  if (GoOn == CmpInst::ICMP_NE)
    return true;
  if (CmpInst::isEquality(GoOn))
    return false;
  return (ICmpInst::isLT(GoOn) || ICmpInst::isLE(GoOn)) == (Way == Direction::Up);
}

/// Whether the way from the loop's beginning to the end of `Last` can be gone again.
bool isRepeatable(const Loop &L, const BasicBlock &Last, const DominatorTree &DT) {
  for (const BasicBlock *BB : L.blocks()) {
    if (BB != &Last && DT.dominates(&Last, BB))
      continue;
    for (const Instruction &I : *BB)
      if (I.mayHaveSideEffects() || I.isVolatile() || I.isAtomic())
        return false;
  }
  return true;
}

/// Whether the edges into the loop can lead somewhere else.
bool hasPlainEntry(const Loop &L) {
  const BasicBlock *Header = L.getHeader();
  if (Header->hasAddressTaken() || Header->isEHPad())
    return false;
  return all_of(predecessors(Header), [](const BasicBlock *BB) {
    return isa<BranchInst, SwitchInst>(BB->getTerminator());
  });
}

/// Whether this loop only does what the vectorized one before it left over.
bool isRest(const Loop &L) {
  if (!getBooleanLoopAttribute(&L, "llvm.loop.isvectorized"))
    return false;
  return none_of(L.blocks(), [](const BasicBlock *BB) {
    return any_of(*BB, [](const Instruction &I) { return I.getType()->isVectorTy(); });
  });
}

class Search {
public:
  Search(const DominatorTree &DT, ScalarEvolution &SE) : DT(DT), SE(SE) {}

  std::optional<CountedLoop> find(const Loop &L) {
    BasicBlock *Latch = L.getLoopLatch();
    if (!L.isInnermost() || !Latch || !hasPlainEntry(L))
      return std::nullopt;
    for (const BasicBlock *BB : L.blocks())
      for (const Instruction &I : *BB)
        if (mayChangeFlag(I))
          return std::nullopt;
    uint64_t Size = sizeOf(L);
    uint64_t Rounds = std::min(MaxRounds, bit_floor(MaxChunk / Size));
    unsigned Trips = SE.getSmallConstantMaxTripCount(&L);
    if (Size > MaxBody || isRest(L) || (Trips && Trips < WorthRounds))
      return std::nullopt;
    if (auto Estimate = getLoopEstimatedTripCount(const_cast<Loop *>(&L));
        Estimate && *Estimate < WorthRounds)
      return std::nullopt;
    SmallVector<BasicBlock *, 4> Exiting;
    L.getExitingBlocks(Exiting);
    for (BasicBlock *BB : Exiting) {
      if (!DT.dominates(BB, Latch) || (BB != Latch && !isRepeatable(L, *BB, DT)))
        continue;
      if (auto Counted = countedAt(L, *BB, *Latch)) {
        Counted->Rounds = Rounds;
        return Counted;
      }
    }
    return std::nullopt;
  }

private:
  std::optional<CountedLoop> countedAt(const Loop &L, BasicBlock &BB, BasicBlock &Latch) {
    CountedLoop C = {};
    C.L = &L;
    C.Exit = dyn_cast<BranchInst>(BB.getTerminator());
    C.Compare = C.Exit ? dyn_cast<ICmpInst>(C.Exit->getCondition()) : nullptr;
    if (!C.Compare)
      return std::nullopt;
    C.Where = &BB == &Latch ? TestAt::Latch : TestAt::Beginning;
    C.Tested = C.Compare->getOperand(0);
    C.Limit = C.Compare->getOperand(1);
    C.GoOn = L.contains(C.Exit->getSuccessor(0)) ? C.Compare->getPredicate()
                                                 : C.Compare->getInversePredicate();
    if (L.isLoopInvariant(C.Tested)) {
      std::swap(C.Tested, C.Limit);
      C.GoOn = CmpInst::getSwappedPredicate(C.GoOn);
    }
    Type *Ty = C.Tested->getType();
    if (!L.isLoopInvariant(C.Limit) || !SE.isSCEVable(Ty) ||
        (Ty->isPointerTy() && Ty->getPointerAddressSpace() != 0))
      return std::nullopt;
    for (PHINode &Phi : L.getHeader()->phis()) {
      C.TestsNext = Phi.getIncomingValueForBlock(&Latch) == C.Tested;
      if (C.TestsNext || &Phi == C.Tested) {
        C.Variable = &Phi;
        break;
      }
    }
    if (!C.Variable)
      return std::nullopt;
    const auto *Values = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(C.Variable));
    if (!Values || Values->getLoop() != &L || !Values->isAffine())
      return std::nullopt;
    const auto *Step = dyn_cast<SCEVConstant>(Values->getStepRecurrence(SE));
    if (!Step || Step->getAPInt().getSignificantBits() > 20)
      return std::nullopt;
    // A span must be less than half of what the type can count.
    unsigned Bits = Step->getAPInt().getBitWidth();
    C.Way = Step->getAPInt().isNegative() ? Direction::Down : Direction::Up;
    C.Step = Step->getAPInt().abs().getZExtValue();
    if (C.Step == 0 || Bits < 32 || Bits > 64 || !stops(C.GoOn, C.Way) ||
        isa<SCEVCouldNotCompute>(SE.getExitCount(&L, &BB)))
      return std::nullopt;
    // Longer steps may miss the limit, and the number of rounds counts the ways round the range.
    if (C.GoOn == CmpInst::ICMP_NE && C.Step != 1 && !Values->hasNoSelfWrap())
      return std::nullopt;
    C.KnownBefore =
        C.TestsNext && C.Where == TestAt::Latch &&
        SE.isLoopEntryGuardedByCond(&L, C.GoOn, Values->getStart(), SE.getSCEV(C.Limit));
    // Arithmetic that saturates is for integers.
    if (C.GoOn != CmpInst::ICMP_NE && !C.KnownBefore && Ty->isPointerTy())
      return std::nullopt;
    return C;
  }

  const DominatorTree &DT;
  ScalarEvolution &SE;
};

/// The value `From`, `Distance` further.
Value *moved(IRBuilderBase &Builder, Value *From, Value *Distance, Direction Way) {
  if (!From->getType()->isPointerTy())
    return Way == Direction::Up ? Builder.CreateAdd(From, Distance)
                                : Builder.CreateSub(From, Distance);
  return Builder.CreatePtrAdd(From, Way == Direction::Up ? Distance : Builder.CreateNeg(Distance));
}

/// How much is left to count when the variable has the value `Begin`; not less, if nothing wraps.
Value *leftAt(IRBuilderBase &Builder, const CountedLoop &C, Value *Begin) {
  Value *To = C.Limit;
  if (Begin->getType()->isPointerTy()) {
    Begin = Builder.CreatePtrToInt(Begin, Builder.getInt64Ty());
    To = Builder.CreatePtrToInt(To, Builder.getInt64Ty());
  }
  return C.Way == Direction::Up ? Builder.CreateSub(To, Begin) : Builder.CreateSub(Begin, To);
}

/// From where a chunk counts that begins with the value `Begin` of the variable.
Value *firstOf(IRBuilderBase &Builder, const CountedLoop &C, Value *Begin) {
  if (!C.TestsNext || C.KnownBefore)
    return Begin;
  Type *Ty = Begin->getType();
  Type *CountTy = Ty->isPointerTy() ? Builder.getInt64Ty() : Ty;
  return moved(Builder, Begin, ConstantInt::get(CountTy, C.Step), C.Way);
}

/// Where a chunk ends that begins with the value `Begin` of the variable.
Value *boundOf(IRBuilderBase &Builder, const CountedLoop &C, Value *Begin, ConstantInt *Span) {
  if (C.GoOn != CmpInst::ICMP_NE && !C.KnownBefore) {
    bool Signed = CmpInst::isSigned(C.GoOn);
    bool Up = C.Way == Direction::Up;
    Intrinsic::ID Add = Signed ? (Up ? Intrinsic::sadd_sat : Intrinsic::ssub_sat)
                               : (Up ? Intrinsic::uadd_sat : Intrinsic::usub_sat);
    Intrinsic::ID Nearer = Signed ? (Up ? Intrinsic::smin : Intrinsic::smax)
                                  : (Up ? Intrinsic::umin : Intrinsic::umax);
    return Builder.CreateBinaryIntrinsic(Nearer, Builder.CreateBinaryIntrinsic(Add, Begin, Span),
                                         C.Limit);
  }
  Value *First = firstOf(Builder, C, Begin);
  Value *Left = leftAt(Builder, C, First);
  return moved(Builder, First, Builder.CreateBinaryIntrinsic(Intrinsic::umin, Left, Span), C.Way);
}

/// Makes the loop one of chunks. The blocks around it:
///   entry: all in one chunk, with the loop's own limit, if no more rounds are left; else
///   split: the next bound
///   begin: where every chunk enters the loop
///   end:   where it leaves it: out, or
///   next:  to the next chunk
void makeChunks(const CountedLoop &C) {
  BasicBlock *Header = C.L->getHeader();
  BasicBlock *Last = C.Exit->getParent();
  BasicBlock *Latch = C.L->getLoopLatch();
  Function *F = Header->getParent();
  LLVMContext &Context = F->getContext();
  MDNode *Unlikely = MDBuilder(Context).createUnlikelyBranchWeights();
  unsigned Out = C.L->contains(C.Exit->getSuccessor(0)) ? 1 : 0;
  BasicBlock *After = C.Exit->getSuccessor(Out);
  auto Block = [&](StringRef Name, BasicBlock *Before) {
    return BasicBlock::Create(Context, Header->getName() + Name, F, Before);
  };
  BasicBlock *Entry = Block(".chunks", Header), *Begin = Block(".chunk", Header),
             *End = Block(".chunk.end", After), *Next = Block(".chunk.next", After),
             *Split = Block(".chunk.split", After);

  SmallSetVector<BasicBlock *, 4> Outside;
  for (BasicBlock *BB : predecessors(Header))
    if (!C.L->contains(BB))
      Outside.insert(BB);
  DebugLoc Loc = C.Exit->getDebugLoc();
  IRBuilder<> Builder(Context);
  auto CreatePhi = [&](PHINode &Of, unsigned Incoming, BasicBlock *BB) {
    Builder.SetInsertPoint(BB);
    Builder.SetCurrentDebugLocation(Of.getDebugLoc());
    return Builder.CreatePHI(Of.getType(), Incoming, Of.getName() + ".chunk");
  };
  Value *AtEntry = nullptr, *AtSplit = nullptr;
  for (PHINode &Phi : Header->phis()) {
    PHINode *Coming = CreatePhi(Phi, Outside.size(), Entry);
    for (unsigned I = Phi.getNumIncomingValues(); I-- != 0;)
      if (Outside.contains(Phi.getIncomingBlock(I))) {
        Coming->addIncoming(Phi.getIncomingValue(I), Phi.getIncomingBlock(I));
        Phi.removeIncomingValue(I, /*DeletePHIIfEmpty=*/false);
      }
    Value *First = Coming;
    if (Value *Same = Coming->hasConstantValue()) {
      Coming->eraseFromParent();
      First = Same;
    }
    PHINode *Further = CreatePhi(Phi, 2, Split);
    Further->addIncoming(First, Entry);
    Further->addIncoming(C.Where == TestAt::Latch ? Phi.getIncomingValueForBlock(Latch) : &Phi,
                         Next);
    PHINode *Either = CreatePhi(Phi, 2, Begin);
    Either->addIncoming(First, Entry);
    Either->addIncoming(Further, Split);
    Phi.addIncoming(Either, Begin);
    if (&Phi == C.Variable) {
      AtEntry = First;
      AtSplit = Further;
    }
  }
  for (BasicBlock *BB : Outside)
    BB->getTerminator()->replaceSuccessorWith(Header, Entry);

  Type *Ty = C.Variable->getType();
  auto *Span = ConstantInt::get(Ty->isPointerTy() ? Builder.getInt64Ty() : cast<IntegerType>(Ty),
                                C.Rounds * C.Step);
  Builder.SetInsertPoint(Entry);
  Builder.SetCurrentDebugLocation(Loc);
  Value *Left = leftAt(Builder, C, firstOf(Builder, C, AtEntry));
  Builder.CreateCondBr(Builder.CreateICmpUGT(Left, Span), Split, Begin, Unlikely);
  Builder.SetInsertPoint(Split);
  Value *Nearer = boundOf(Builder, C, AtSplit, Span);
  Builder.CreateBr(Begin);
  Builder.SetInsertPoint(Begin);
  PHINode *Bound = Builder.CreatePHI(Ty, 2, "chunk.bound");
  Bound->addIncoming(C.Limit, Entry);
  Bound->addIncoming(Nearer, Split);
  Builder.CreateBr(Header);

  // The chunk's own condition, and the loop's behind it.
  CmpInst::Predicate Kept = Out == 1 ? C.GoOn : CmpInst::getInversePredicate(C.GoOn);
  Builder.SetInsertPoint(C.Exit);
  Value *InChunk = Builder.CreateICmp(Kept, C.Tested, Bound, "chunk");
  Builder.SetInsertPoint(End);
  Value *More = C.GoOn == CmpInst::ICMP_NE ? Builder.CreateICmpNE(Bound, C.Limit)
                                           : Builder.CreateICmp(C.GoOn, C.Tested, C.Limit);
  Builder.SetCurrentDebugLocation(Loc);
  Builder.CreateCondBr(More, Next, After, Unlikely);
  Builder.SetInsertPoint(Next);
  Builder.SetCurrentDebugLocation(Loc);
  Builder.CreateBr(Split);

  C.Exit->setCondition(InChunk);
  C.Exit->setSuccessor(Out, End);
  for (PHINode &Phi : After->phis())
    Phi.replaceIncomingBlockWith(Last, End);
  if (C.Compare->use_empty())
    C.Compare->eraseFromParent();
}

} // namespace

ChunkHeaders chunkLoops(Function &F, const DominatorTree &DT, const LoopInfo &LI,
                        ScalarEvolution &SE, function_ref<bool(const Loop &)> NeedsPoll) {
  ChunkHeaders Headers;
  if (F.hasOptSize() || F.hasOptNone())
    return Headers;
  SmallVector<CountedLoop, 4> Found;
  for (Loop *L : const_cast<LoopInfo &>(LI).getLoopsInPreorder())
    if (L->isInnermost() && NeedsPoll(*L))
      if (auto Counted = Search(DT, SE).find(*L))
        Found.push_back(*Counted);
  for (const CountedLoop &C : Found) {
    makeChunks(C);
    Headers.insert(C.L->getHeader());
  }
  ChunkedLoops += Found.size();
  return Headers;
}

} // namespace tricolor
