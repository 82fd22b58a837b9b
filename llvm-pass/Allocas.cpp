//===- llvm-pass/Allocas.cpp - When a local variable is a root ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//  1. followUses(): every use of a variable's address becomes an event at its instruction; what lets the
//     address out of sight marks it as captured.
//  2. solveForward(): on which ways a lifetime has started, and which words are surely written.
//  3. solveBackward(): what may still be read.
//  4. listings(): both, replayed to each call.
//
//===------------------------------------------------------------------------------------------===//

#include "Allocas.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr uint64_t WordBytes = 8;

/// Up to this many words are zeroed one by one, more by one memset over their range. Higher: more code;
/// lower: words between them that hold no pointers are zeroed too.
constexpr unsigned MaxZeroStores = 8;

Type *allocatedType(const AllocaInst &A) {
  auto *Count = dyn_cast<ConstantInt>(A.getArraySize());
  if (!Count || Count->isOne())
    return A.getAllocatedType();
  return ArrayType::get(A.getAllocatedType(), Count->getZExtValue());
}

/// Whether memory of unknown length and this element type may hold pointers.
bool mayHoldPointersInArray(Type *Element, const DataLayout &DL) {
  return Element->isIntegerTy(8) || mayHoldPointers(Element, DL);
}

} // namespace

void gatherStaticAllocas(Function &F) {
  BasicBlock &Entry = F.getEntryBlock();
  BasicBlock::iterator Top = Entry.begin();
  while (isa<AllocaInst>(*Top))
    ++Top;
  for (Instruction &I : make_early_inc_range(make_range(Top, Entry.end())))
    if (auto *A = dyn_cast<AllocaInst>(&I); A && A->isStaticAlloca())
      A->moveBefore(Top);
}

Allocas::Allocas(Function &F, const Candidates &Values) : F(F), Values(Values) {
  const DataLayout &DL = F.getDataLayout();
  for (Argument &A : F.args())
    if (Type *Ty = A.getParamByValType())
      addVariable(A, Ty);
  for (Instruction &I : instructions(F)) {
    auto *A = dyn_cast<AllocaInst>(&I);
    if (!A || A->isSwiftError())
      continue;
    if (A->isStaticAlloca())
      addVariable(*A, allocatedType(*A));
    else
      DynamicRoots |= mayHoldPointersInArray(A->getAllocatedType(), DL);
  }
  HasMarkers.resize(Locals.size());
  Starts.resize(Locals.size());
  for (unsigned V = 0; V != Locals.size(); ++V) {
    followUses(V);
    Local &L = Locals[V];
    L.Mask = Masks[V].mask();
    L.TooLargeToZero = L.Mask.Bytes > MaxZeroedBytes;
    FirstWord.push_back(NumWords);
    NumWords += trackedWords(L);
  }
  ToZero.resize(NumWords);
}

void Allocas::addVariable(Value &Memory, Type *Ty) {
  LocalMask Mask(Ty, F.getDataLayout());
  if (Mask.bytes() < WordBytes)
    return;
  Local L;
  L.Memory = &Memory;
  Locals.push_back(std::move(L));
  Masks.push_back(std::move(Mask));
}

/// How many words of a variable the sets of words have.
unsigned Allocas::trackedWords(const Local &L) {
  return L.TooLargeToZero || !L.Mask.mayHoldPointers() ? 0 : divideCeil(L.Mask.Bytes, WordBytes);
}

void Allocas::followUses(unsigned Variable) {
  SmallVector<std::pair<Value *, std::optional<uint64_t>>, 8> Work;
  SmallPtrSet<Value *, 8> Seen;
  Work.push_back({Locals[Variable].Memory, 0});
  while (!Work.empty()) {
    auto [V, Offset] = Work.pop_back_val();
    if (!Seen.insert(V).second)
      continue;
    for (const Use &U : V->uses())
      noteUse(U, Variable, Offset, Work);
  }
}

void Allocas::noteUse(const Use &U, unsigned Variable, std::optional<uint64_t> Offset,
                      SmallVectorImpl<std::pair<Value *, std::optional<uint64_t>>> &Derived) {
  const DataLayout &DL = F.getDataLayout();
  Local &L = Locals[Variable];
  auto *I = cast<Instruction>(U.getUser());
  auto Note = [&](Event::Kind What) { Events[I].push_back({What, Variable}); };
  switch (I->getOpcode()) {
  case Instruction::GetElementPtr: {
    std::optional<uint64_t> Inner;
    APInt Constant(DL.getIndexTypeSizeInBits(U->getType()), 0);
    if (Offset && cast<GEPOperator>(I)->accumulateConstantOffset(DL, Constant))
      Inner = *Offset + Constant.getSExtValue();
    Derived.push_back({I, Inner});
    return;
  }
  case Instruction::BitCast:
  case Instruction::AddrSpaceCast:
    Derived.push_back({I, Offset});
    return;
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::Freeze:
  case Instruction::InsertElement:
  case Instruction::InsertValue:
  case Instruction::ExtractElement:
  case Instruction::ExtractValue:
  case Instruction::ShuffleVector:
    Derived.push_back({I, std::nullopt});
    return;
  case Instruction::ICmp:
    return;
  case Instruction::Load:
    Note(Event::Read);
    noteAccess(Variable, Offset, I->getType(), nullptr);
    return;
  case Instruction::AtomicRMW:
  case Instruction::AtomicCmpXchg:
    Note(Event::Read);
    L.Captured |= U.getOperandNo() != 0;
    noteAccess(Variable, Offset, I->getOperand(1)->getType(), nullptr);
    return;
  case Instruction::Store:
    if (U.getOperandNo() != StoreInst::getPointerOperandIndex()) {
      L.Captured = true;
      return;
    }
    noteAccess(Variable, Offset, I->getOperand(0)->getType(), I->getOperand(0));
    noteWrite(*I, Variable, Offset,
              DL.getTypeStoreSize(I->getOperand(0)->getType()).getFixedValue());
    return;
  case Instruction::Call:
  case Instruction::Invoke:
  case Instruction::CallBr:
    break;
  default:
    // Made an integer, returned, thrown: out of sight.
    L.Captured = true;
    Note(Event::Read);
    return;
  }

  auto *Call = cast<CallBase>(I);
  if (auto *II = dyn_cast<IntrinsicInst>(Call)) {
    if (II->isLifetimeStartOrEnd()) {
      bool Start = II->getIntrinsicID() == Intrinsic::lifetime_start;
      Note(Start ? Event::Start : Event::End);
      if (Start) {
        HasMarkers.set(Variable);
        Starts[Variable].push_back(II);
      }
      return;
    }
    if (II->isAssumeLikeIntrinsic() && II->getType()->isVoidTy())
      return;
    if (auto *Memory = dyn_cast<MemIntrinsic>(II); Memory && U.getOperandNo() == 0) {
      auto *Length = dyn_cast<ConstantInt>(Memory->getLength());
      if (isa<MemTransferInst>(Memory))
        Masks[Variable].copyTo(Length ? Offset : std::nullopt, Length ? Length->getZExtValue() : 0);
      noteWrite(*I, Variable, Offset, Length ? Length->getZExtValue() : 0);
      return;
    }
  }
  Note(Event::Read);
  CaptureInfo Captures = CaptureInfo::all();
  if (Call->isDataOperand(&U))
    Captures = Call->getCaptureInfo(Call->getDataOperandNo(&U));
  if (capturesAnyProvenance(Captures.getOtherComponents()))
    L.Captured = true;
  if (capturesAnyProvenance(Captures.getRetComponents()) && !Call->getType()->isVoidTy())
    Derived.push_back({Call, std::nullopt});
}

/// An access as a type; a value that is written may be known to be a number.
void Allocas::noteAccess(unsigned Variable, std::optional<uint64_t> Offset, Type *Ty,
                         const Value *Written) {
  const DataLayout &DL = F.getDataLayout();
  uint64_t Bytes = DL.getTypeStoreSize(Ty).getFixedValue();
  if (auto *C = dyn_cast_or_null<Constant>(Written); C && C->isNullValue())
    return; // neither a pointer nor against one
  AccessKind Kind;
  if (Bytes < WordBytes || !canCarryPointer(Ty, DL))
    Kind = AccessKind::Number;
  else if (Written && Values.carry(Written) == Carry::Nothing)
    Kind = Ty->isPtrOrPtrVectorTy() ? AccessKind::Pointer : AccessKind::Number;
  else if (!Written)
    // Floating point is read as what it is; what a union holds is written by somebody else.
    Kind = Ty->isFPOrFPVectorTy() ? AccessKind::Number : AccessKind::Pointer;
  else if (Values.carry(Written) == Carry::Address || Ty->isAggregateType())
    Kind = AccessKind::Pointer;
  else
    Kind = AccessKind::Word;
  if (Written || Kind != AccessKind::Number)
    Masks[Variable].access(Offset, Bytes, Kind);
}

void Allocas::noteWrite(Instruction &I, unsigned Variable, std::optional<uint64_t> Offset,
                        uint64_t Bytes) {
  if (!Offset || Bytes == 0)
    return;
  bool Whole = *Offset == 0 && Bytes >= Masks[Variable].bytes();
  Events[&I].push_back({Whole ? Event::Overwrite : Event::Write, Variable, *Offset, Bytes});
}

void Allocas::applyForward(const Instruction &I, BitVector &May, BitVector &Must,
                           BitVector &Written) const {
  auto It = Events.find(&I);
  if (It == Events.end())
    return;
  for (const Event &E : It->second) {
    const Local &L = Locals[E.Variable];
    unsigned Words = trackedWords(L);
    unsigned First = FirstWord[E.Variable];
    switch (E.What) {
    case Event::Start:
      May.set(E.Variable);
      Must.set(E.Variable);
      Written.reset(First, First + Words);
      break;
    case Event::End:
      if (HasMarkers.test(E.Variable)) {
        May.reset(E.Variable);
        Must.reset(E.Variable);
      }
      break;
    case Event::Overwrite:
    case Event::Write: {
      uint64_t Begin = divideCeil(E.Offset, WordBytes);
      uint64_t End = std::min<uint64_t>((E.Offset + E.Bytes) / WordBytes, Words);
      if (Begin < End)
        Written.set(First + Begin, First + End);
      break;
    }
    case Event::Read:
      break;
    }
  }
}

void Allocas::applyBackward(const Instruction &I, BitVector &ReadLater) const {
  auto It = Events.find(&I);
  if (It == Events.end())
    return;
  for (const Event &E : It->second)
    if (E.What == Event::Start || E.What == Event::End || E.What == Event::Overwrite)
      ReadLater.reset(E.Variable);
  // A copy onto itself both reads and overwrites.
  for (const Event &E : It->second)
    if (E.What == Event::Read)
      ReadLater.set(E.Variable);
}

Allocas::Block &Allocas::at(const BasicBlock *BB) { return Blocks[BB->getNumber()]; }

void Allocas::solveForward() {
  Blocks.resize(F.getMaxBlockNumber());
  for (BasicBlock &BB : F) {
    Block &B = at(&BB);
    bool Entry = &BB == &F.getEntryBlock();
    B.MayLiveIn.resize(Locals.size());
    B.MustLiveIn.resize(Locals.size(), !Entry);
    B.WrittenIn.resize(NumWords, !Entry);
    if (!Entry)
      continue;
    B.MayLiveIn = HasMarkers;
    B.MayLiveIn.flip();
    B.MustLiveIn = B.MayLiveIn;
    for (unsigned V = 0; V != Locals.size(); ++V)
      if (isa<Argument>(Locals[V].Memory))
        B.WrittenIn.set(FirstWord[V], FirstWord[V] + trackedWords(Locals[V]));
  }
  SmallVector<BasicBlock *, 32> Work;
  SmallPtrSet<BasicBlock *, 32> Queued, Reached;
  Work.push_back(&F.getEntryBlock());
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    Queued.erase(BB);
    Reached.insert(BB);
    Block &B = at(BB);
    BitVector May = B.MayLiveIn, Must = B.MustLiveIn, Written = B.WrittenIn;
    for (Instruction &I : *BB)
      applyForward(I, May, Must, Written);
    for (BasicBlock *Next : successors(BB)) {
      Block &N = at(Next);
      bool Changed = May.test(N.MayLiveIn) || N.MustLiveIn.test(Must) || N.WrittenIn.test(Written);
      N.MayLiveIn |= May;
      N.MustLiveIn &= Must;
      N.WrittenIn &= Written;
      if ((Changed || !Reached.contains(Next)) && Queued.insert(Next).second)
        Work.push_back(Next);
    }
  }
}

void Allocas::solveBackward() {
  SmallVector<BasicBlock *, 32> Work;
  SmallPtrSet<BasicBlock *, 32> Queued;
  for (BasicBlock &BB : F) {
    at(&BB).ReadLater.resize(Locals.size());
    Work.push_back(&BB);
    Queued.insert(&BB);
  }
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    Queued.erase(BB);
    BitVector Live = at(BB).ReadLater;
    for (Instruction &I : reverse(*BB))
      applyBackward(I, Live);
    for (BasicBlock *Before : predecessors(BB)) {
      BitVector &Out = at(Before).ReadLater;
      if (!Live.test(Out))
        continue;
      Out |= Live;
      if (Queued.insert(Before).second)
        Work.push_back(Before);
    }
  }
}

SmallVector<Allocas::Listings, 0> Allocas::listings(ArrayRef<CallBase *> Calls, size_t Limit) {
  SmallVector<Listings, 0> Result(Calls.size());
  size_t Total = 0;
  if (Locals.empty())
    return Result;
  solveForward();
  solveBackward();

  DenseMap<const Instruction *, unsigned> Index;
  SmallPtrSet<BasicBlock *, 16> Wanted;
  for (auto [I, Call] : enumerate(Calls)) {
    Index[Call] = I;
    Wanted.insert(Call->getParent());
  }
  DenseMap<const Instruction *, BitVector> Readable;
  for (BasicBlock &BB : F) {
    if (!Wanted.contains(&BB))
      continue;
    Readable.clear();
    BitVector Live = at(&BB).ReadLater;
    for (Instruction &I : reverse(BB)) {
      bool IsCall = Index.contains(&I);
      if (IsCall)
        Readable[&I] = Live;
      applyBackward(I, Live);
      // What the call itself is given.
      if (IsCall)
        if (auto It = Events.find(&I); It != Events.end())
          for (const Event &E : It->second)
            Readable[&I].set(E.Variable);
    }
    const Block &B = at(&BB);
    BitVector May = B.MayLiveIn, Must = B.MustLiveIn, Written = B.WrittenIn;
    for (Instruction &I : BB) {
      if (auto It = Index.find(&I); It != Index.end()) {
        Listings &List = Result[It->second];
        List.Complete = Total <= Limit;
        for (unsigned V : May.set_bits()) {
          const Local &L = Locals[V];
          if (!L.Mask.mayHoldPointers() || (!L.Captured && !Readable[&I].test(V)))
            continue;
          // An argument passed by value lies in the caller's frame: the whole frame does not have it.
          if (!List.Complete && !isa<Argument>(L.Memory))
            continue;
          bool Trusted = Must.test(V) && !L.TooLargeToZero;
          Listing Entry{&L, Trusted ? RootTrust::AsTyped : RootTrust::Tolerant};
          List.Places.push_back(Entry);
          findUnwritten(Entry, Written);
          ++Total;
        }
      }
      applyForward(I, May, Must, Written);
    }
  }
  return Result;
}

void Allocas::findUnwritten(const Listing &Entry, const BitVector &Written) {
  const Local &L = *Entry.Variable;
  if (L.TooLargeToZero)
    return;
  unsigned First = FirstWord[&L - Locals.begin()];
  BitVector Exact, Tolerant;
  L.Mask.flatten(Exact, Tolerant);
  Exact |= Tolerant;
  for (unsigned Word : Exact.set_bits())
    if (!Written.test(First + Word))
      ToZero.set(First + Word);
}

void Allocas::zero() {
  for (unsigned V = 0; V != Locals.size(); ++V) {
    Local &L = Locals[V];
    auto *A = dyn_cast<AllocaInst>(L.Memory);
    if (!A || !L.Mask.mayHoldPointers())
      continue;
    // A word of a map is a word of memory.
    A->setAlignment(std::max(A->getAlign(), Align(WordBytes)));
    if (L.TooLargeToZero)
      continue;
    unsigned Size = trackedWords(L);
    SmallVector<unsigned, 8> Words;
    for (unsigned Word = 0; Word != Size; ++Word)
      if (ToZero.test(FirstWord[V] + Word))
        Words.push_back(Word);
    if (Words.empty())
      continue;
    SmallVector<Instruction *, 2> After = Starts[V];
    if (After.empty())
      After.push_back(A);
    for (Instruction *I : After) {
      IRBuilder<> Builder(I->getParent(), std::next(I->getIterator()));
      Builder.SetCurrentDebugLocation(DebugLoc());
      auto Place = [&](unsigned Word) -> Value * {
        return Word == 0
                   ? A
                   : Builder.CreateConstInBoundsGEP1_64(Builder.getInt8Ty(), A, Word * WordBytes);
      };
      if (Words.size() <= MaxZeroStores) {
        for (unsigned Word : Words)
          Builder.CreateAlignedStore(ConstantPointerNull::get(Builder.getPtrTy()), Place(Word),
                                     Align(WordBytes));
        continue;
      }
      // The last word may be cut short by the type's end.
      uint64_t End = std::min<uint64_t>((Words.back() + 1) * WordBytes, L.Mask.Bytes);
      Builder.CreateMemSet(Place(Words.front()), Builder.getInt8(0),
                           End - Words.front() * WordBytes, Align(WordBytes));
    }
  }
}

} // namespace tricolor
