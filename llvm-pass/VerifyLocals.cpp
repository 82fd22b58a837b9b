//===- llvm-pass/VerifyLocals.cpp - Checks that maps list the local variables ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "VerifyLocals.h"

#include "PointerMask.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr uint64_t WordBytes = 8;

/// Variables up to this many bytes are looked at word by word; of a larger one only the first and the
/// last element of each array are asked for.
constexpr uint64_t MaxBytesByWord = 4096;

} // namespace

VerifyLocals::VerifyLocals(const Function &F, const SlotContents &Slots) : F(F) {
  const DataLayout &DL = F.getDataLayout();
  NeedsWholeFrame = F.callsFunctionThatReturnsTwice() || F.isVarArg();
  for (const Argument &A : F.args())
    if (Type *Ty = A.getParamByValType())
      add(A, Ty);
  for (const Instruction &I : instructions(F)) {
    auto *A = dyn_cast<AllocaInst>(&I);
    if (!A || A->isSwiftError() || Slots.isSlot(A))
      continue;
    Type *Ty = A->getAllocatedType();
    if (!A->isStaticAlloca())
      NeedsWholeFrame |= Ty->isIntegerTy(8) || mayHoldPointers(Ty, DL);
    else if (auto *Count = cast<ConstantInt>(A->getArraySize()); Count->isOne())
      add(*A, Ty);
    else
      add(*A, ArrayType::get(Ty, Count->getZExtValue()));
  }
  for (unsigned V = 0; V != Locals.size(); ++V)
    follow(V);
  solve();
}

void VerifyLocals::add(const Value &Memory, Type *Ty) {
  Local L{&Memory, F.getDataLayout().getTypeAllocSize(Ty).getFixedValue(), false, false, {}};
  if (L.Bytes < WordBytes)
    return;
  PointerMask Mask = pointerMask(Ty, F.getDataLayout());
  for (const PointerSegment &S : Mask.Segments) {
    BitVector Set = S.Exact;
    Set |= S.Tolerant;
    bool Whole = L.Bytes <= MaxBytesByWord;
    for (uint64_t Element = 0; Element < S.Count;
         Element += Whole || Element + 1 == S.Count ? 1 : S.Count - 1)
      for (unsigned Bit : Set.set_bits())
        needWord(L, S.Offset / WordBytes + Element * S.words() + Bit);
  }
  Locals.push_back(std::move(L));
}

/// Words in order make runs.
void VerifyLocals::needWord(Local &L, uint64_t Word) {
  if (Word >= L.Bytes / WordBytes)
    return;
  for (Words &Run : L.Needed) {
    if (Word >= Run.First && Word < Run.First + Run.Count)
      return;
    if (Word == Run.First + Run.Count) {
      ++Run.Count;
      return;
    }
  }
  L.Needed.push_back({Word, 1});
}

void VerifyLocals::follow(unsigned Variable) {
  SmallVector<std::pair<const Value *, std::optional<uint64_t>>, 8> Work;
  SmallPtrSet<const Value *, 8> Seen;
  Work.push_back({Locals[Variable].Memory, 0});
  while (!Work.empty()) {
    auto [V, Offset] = Work.pop_back_val();
    if (!Seen.insert(V).second)
      continue;
    for (const Use &U : V->uses())
      use(U, Variable, Offset, Work);
  }
}

void VerifyLocals::use(
    const Use &U, unsigned Variable, std::optional<uint64_t> Offset,
    SmallVectorImpl<std::pair<const Value *, std::optional<uint64_t>>> &Derived) {
  const DataLayout &DL = F.getDataLayout();
  Local &L = Locals[Variable];
  auto *I = cast<Instruction>(U.getUser());
  auto Note = [&](Event E) { Events[I].push_back({E, Variable}); };
  auto Access = [&](const Type *Ty) {
    if (Ty->isPointerTy() && Ty->getPointerAddressSpace() == 0 && Offset &&
        *Offset % WordBytes == 0 && L.Bytes <= MaxBytesByWord)
      needWord(L, *Offset / WordBytes);
  };
  auto Overwrites = [&](uint64_t Bytes) {
    if (Offset && *Offset == 0 && Bytes >= L.Bytes)
      Note(Event::Overwrite);
  };

  if (auto *GEP = dyn_cast<GEPOperator>(I)) {
    APInt Constant(DL.getIndexTypeSizeInBits(U->getType()), 0);
    if (Offset && GEP->accumulateConstantOffset(DL, Constant))
      Derived.push_back({I, *Offset + Constant.getSExtValue()});
    else
      Derived.push_back({I, std::nullopt});
  } else if (isa<BitCastInst, AddrSpaceCastInst>(I)) {
    Derived.push_back({I, Offset});
  } else if (isa<PHINode, SelectInst, FreezeInst, InsertElementInst, InsertValueInst,
                 ExtractElementInst, ExtractValueInst, ShuffleVectorInst>(I)) {
    Derived.push_back({I, std::nullopt});
  } else if (isa<ICmpInst>(I)) {
    return;
  } else if (isa<LoadInst>(I)) {
    Note(Event::Read);
    Access(I->getType());
  } else if (isa<AtomicRMWInst, AtomicCmpXchgInst>(I)) {
    Note(Event::Read);
    L.Captured |= U.getOperandNo() != 0;
  } else if (auto *Store = dyn_cast<StoreInst>(I)) {
    if (Store->getPointerOperand() != U.get() ||
        U.getOperandNo() != StoreInst::getPointerOperandIndex()) {
      L.Captured = true;
      return;
    }
    const Value *Stored = Store->getValueOperand();
    if (!isa<Constant>(Stored))
      Access(Stored->getType());
    Overwrites(DL.getTypeStoreSize(Stored->getType()).getFixedValue());
  } else if (auto *Call = dyn_cast<CallBase>(I)) {
    if (ListedRoots::hasMap(*Call) && Call->isBundleOperand(&U))
      return;
    if (auto *II = dyn_cast<IntrinsicInst>(Call)) {
      if (II->isLifetimeStartOrEnd()) {
        bool Start = II->getIntrinsicID() == Intrinsic::lifetime_start;
        L.HasStart |= Start;
        Note(Start ? Event::Start : Event::End);
        return;
      }
      if (II->isAssumeLikeIntrinsic() && II->getType()->isVoidTy())
        return;
      if (II->getIntrinsicID() == Intrinsic::launder_invariant_group) {
        Derived.push_back({I, Offset}); // another name, mostly for bundles
        return;
      }
      if (auto *Memory = dyn_cast<MemIntrinsic>(II); Memory && U.getOperandNo() == 0) {
        if (auto *Length = dyn_cast<ConstantInt>(Memory->getLength()))
          Overwrites(Length->getZExtValue());
        return;
      }
    }
    Note(Event::Read);
    CaptureInfo Captures = Call->isDataOperand(&U)
                               ? Call->getCaptureInfo(Call->getDataOperandNo(&U))
                               : CaptureInfo::all();
    L.Captured |= capturesAnyProvenance(Captures.getOtherComponents());
    if (capturesAnyProvenance(Captures.getRetComponents()) && !Call->getType()->isVoidTy())
      Derived.push_back({Call, std::nullopt});
  } else {
    // Made an integer, returned, thrown.
    L.Captured = true;
    Note(Event::Read);
  }
}

void VerifyLocals::forward(const Instruction &I, BitVector &Alive) const {
  auto It = Events.find(&I);
  if (It == Events.end())
    return;
  for (auto [E, V] : It->second) {
    if (E == Event::Start)
      Alive.set(V);
    else if (E == Event::End && Locals[V].HasStart)
      Alive.reset(V);
  }
}

void VerifyLocals::backward(const Instruction &I, BitVector &Read) const {
  auto It = Events.find(&I);
  if (It == Events.end())
    return;
  for (auto [E, V] : It->second)
    if (E != Event::Read)
      Read.reset(V);
  for (auto [E, V] : It->second)
    if (E == Event::Read)
      Read.set(V);
}

void VerifyLocals::solve() {
  if (Locals.empty())
    return;
  for (const BasicBlock &BB : F) {
    Blocks[&BB].AliveIn.resize(Locals.size());
    Blocks[&BB].ReadIn.resize(Locals.size());
    Blocks[&BB].ReadOut.resize(Locals.size());
  }
  for (unsigned V = 0; V != Locals.size(); ++V)
    if (!Locals[V].HasStart)
      Blocks[&F.getEntryBlock()].AliveIn.set(V);
  SmallVector<const BasicBlock *, 32> Order(post_order(&F));
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : Order) {
      Block &B = Blocks[BB];
      for (const BasicBlock *Next : successors(BB))
        B.ReadOut |= Blocks[Next].ReadIn;
      BitVector Read = B.ReadOut;
      for (const Instruction &I : reverse(*BB))
        backward(I, Read);
      Changed |= Read != B.ReadIn;
      B.ReadIn = std::move(Read);
    }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : reverse(Order)) {
      BitVector Alive = Blocks[BB].AliveIn;
      for (const Instruction &I : *BB)
        forward(I, Alive);
      for (const BasicBlock *Next : successors(BB)) {
        BitVector &In = Blocks[Next].AliveIn;
        Changed |= Alive.test(In);
        In |= Alive;
      }
    }
  }
}

std::optional<uint64_t> VerifyLocals::firstUnlisted(const Local &L, const ListedRoots &Map) {
  for (const Words &Run : L.Needed)
    if (!Map.lists(L.Memory, Run.First, Run.Count))
      for (uint64_t Word = Run.First;; ++Word)
        if (!Map.lists(L.Memory, Word))
          return Word;
  return std::nullopt;
}

void VerifyLocals::check(const MapsOfCalls &Maps, Report Missing) const {
  if (Locals.empty())
    return;
  DenseMap<const CallBase *, BitVector> ReadAfter;
  for (const BasicBlock *BB : post_order(&F)) {
    const Block &B = Blocks.find(BB)->second;
    ReadAfter.clear();
    BitVector Read = B.ReadOut;
    for (const Instruction &I : reverse(*BB)) {
      auto *Call = dyn_cast<CallBase>(&I);
      bool Checked = Call && Maps.contains(Call);
      if (Checked)
        ReadAfter[Call] = Read;
      backward(I, Read);
      if (auto It = Events.find(&I); Checked && It != Events.end())
        for (auto [E, V] : It->second)
          ReadAfter[Call].set(V); // what the call is given
    }
    BitVector Alive = B.AliveIn;
    for (const Instruction &I : *BB) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (auto It = Call ? Maps.find(Call) : Maps.end(); It != Maps.end())
        for (unsigned V : Alive.set_bits()) {
          const Local &L = Locals[V];
          if (!L.Captured && !ReadAfter[Call].test(V))
            continue;
          // The whole frame has the variables, not what the caller passed by value.
          if (It->second.wholeFrame() && !isa<Argument>(L.Memory))
            continue;
          if (auto Word = firstUnlisted(L, It->second))
            Missing(*Call, *L.Memory, *Word);
        }
      forward(I, Alive);
    }
  }
}

} // namespace tricolor
