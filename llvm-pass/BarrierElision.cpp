//===- llvm-pass/BarrierElision.cpp - Writes that need no barrier -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "BarrierElision.h"
#include "AccessTypes.h"
#include "FlagRegions.h"
#include "Globals.h"
#include "ReusedStorage.h"
#include "StackMemory.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

/// How far back the analyses look. Higher: a few more writes without a barrier in long initializers;
/// lower: less compile time, which grows with this times the number of writes.
constexpr unsigned MaxScanned = 200;

/// The instructions before one, nearest first, as long as there is only one way to have come.
class Backward {
public:
  explicit Backward(Instruction &From) : Current(&From) {}

  Instruction *next() {
    if (++Steps > MaxScanned)
      return nullptr;
    if (Instruction *Previous = Current->getPrevNode())
      return Current = Previous;
    BasicBlock *Predecessor = Current->getParent()->getSinglePredecessor();
    return Predecessor ? Current = Predecessor->getTerminator() : nullptr;
  }

private:
  Instruction *Current;
  unsigned Steps = 0;
};

/// A place as base and constant offset.
struct Place {
  const Value *Base;
  int64_t Offset;
};

Place placeOf(const Value *Pointer, const DataLayout &DL) {
  int64_t Offset = 0;
  const Value *Base = GetPointerBaseWithConstantOffset(Pointer, Offset, DL);
  return {Base, Offset};
}

/// Whether a write between read and store certainly leaves the slot alone: same base, other bytes.
bool leavesAlone(const Instruction &I, Place Slot, uint64_t Bytes, const DataLayout &DL) {
  const auto *Store = dyn_cast<StoreInst>(&I);
  if (!Store || Store->isVolatile() || Store->isAtomic())
    return false;
  if (isStackMemory(*Store->getPointerOperand()) && !isStackMemory(*Slot.Base))
    return true;
  Place Other = placeOf(Store->getPointerOperand(), DL);
  auto Size = static_cast<int64_t>(
      DL.getTypeStoreSize(Store->getValueOperand()->getType()).getFixedValue());
  return Other.Base == Slot.Base && (Other.Offset + Size <= Slot.Offset ||
                                     Slot.Offset + static_cast<int64_t>(Bytes) <= Other.Offset);
}

/// The last read of exactly the slot before the store, with nothing between that may write to it.
const LoadInst *readOfSlot(StoreInst &Store) {
  const DataLayout &DL = Store.getDataLayout();
  Type *Ty = Store.getValueOperand()->getType();
  Place Slot = placeOf(Store.getPointerOperand(), DL);
  uint64_t Bytes = DL.getTypeStoreSize(Ty).getFixedValue();
  Backward Walk(Store);
  while (Instruction *I = Walk.next()) {
    if (auto *Load = dyn_cast<LoadInst>(I)) {
      Place Read = placeOf(Load->getPointerOperand(), DL);
      if (Read.Base == Slot.Base && Read.Offset == Slot.Offset && Load->getType() == Ty)
        return Load->isSimple() ? Load : nullptr;
    }
    if (mayChangeFlag(*I) || (I->mayWriteToMemory() && !leavesAlone(*I, Slot, Bytes, DL)))
      return nullptr;
  }
  return nullptr;
}

/// Functions whose result nobody has seen, and that are safepoints at their beginning at most.
bool isAllocation(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  if (!Callee || !Callee->isDeclaration())
    return false;
  StringRef Name = Callee->getName();
  return Name == "malloc" || Name == "calloc" || Name == "_Znwm" || Name == "_Znam" ||
         Name == "_ZnwmRKSt9nothrow_t" || Name == "_ZnamRKSt9nothrow_t" || Name == "tricolor_new" ||
         Name == "tricolor_new_array" || Name == "tricolor_new_conservative" ||
         Name == "tricolor_new_noscan";
}

/// Whether an instruction may let somebody else have the object.
bool mayPublish(const Instruction &I, const Value &Object) {
  if (isa<GetElementPtrInst, ICmpInst, LoadInst>(I) ||
      (isa<CallBase>(I) && reuseMark(cast<CallBase>(I)) != ReuseMark::None))
    return false;
  for (const Use &Operand : I.operands()) {
    if (getUnderlyingObject(Operand.get()) != &Object)
      continue;
    if (isa<StoreInst>(I) && Operand.getOperandNo() == StoreInst::getPointerOperandIndex())
      continue;
    if (auto *Memory = dyn_cast<MemIntrinsic>(&I); Memory && Operand.getOperandNo() < 2)
      continue;
    return true;
  }
  return false;
}

/// Whether a mark of reused storage is of an object in which nobody has put a pointer yet.
bool isUntouched(Instruction &Mark, const Value &Slot) {
  const auto *Allocation = dyn_cast<CallBase>(getUnderlyingObject(&Slot));
  if (!Allocation || !isAllocation(*Allocation))
    return false;
  Backward Walk(Mark);
  while (Instruction *I = Walk.next()) {
    if (I == Allocation)
      return true;
    const auto *Store = dyn_cast<StoreInst>(I);
    if (I->mayWriteToMemory() && !(Store && isStackMemory(*Store->getPointerOperand())) &&
        !(isa<CallBase>(I) && reuseMark(*cast<CallBase>(I)) != ReuseMark::None))
      return false;
  }
  return false;
}

bool isFresh(const Write &W) {
  if (W.Kind == WriteKind::Scattered)
    return false;
  const Value *Object = getUnderlyingObject(W.Slot);
  const auto *Allocation = dyn_cast<CallBase>(Object);
  if (!Allocation || !isAllocation(*Allocation))
    return false;
  Backward Walk(*W.At);
  while (Instruction *I = Walk.next()) {
    if (I == Allocation)
      return true;
    if (mayChangeFlag(*I) || mayPublish(*I, *Object))
      return false;
  }
  return false;
}

/// Whether none of the words can hold what the collector looks for.
bool isNumberGlobal(const Write &W) {
  if (W.Kind == WriteKind::Scattered)
    return false;
  const auto *Global = dyn_cast<GlobalVariable>(getUnderlyingObject(W.Slot));
  if (!Global || Global->isThreadLocal())
    return false;
  std::optional<PointerMask> Mask = attachedMask(*Global);
  if (!Mask)
    return false;
  if (!Mask->mayHoldPointers())
    return true;
  const DataLayout &DL = Global->getDataLayout();
  Place Slot = placeOf(W.Slot, DL);
  if (W.Kind != WriteKind::Value || Slot.Base != Global || Slot.Offset < 0)
    return false;
  auto Begin = static_cast<uint64_t>(Slot.Offset);
  uint64_t End = Begin + DL.getTypeStoreSize(W.Stored->getType()).getFixedValue();
  if (End > Mask->Bytes)
    return false;
  for (const PointerSegment &Segment : Mask->Segments)
    for (uint64_t Word = Begin / 8; Word * 8 < End; ++Word) {
      if (Word * 8 < Segment.Offset)
        continue;
      uint64_t Index = Word - Segment.Offset / 8;
      if (Index >= Segment.totalWords())
        continue;
      unsigned InElement = Index % Segment.words();
      if (Segment.Exact.test(InElement) || Segment.Tolerant.test(InElement))
        return false;
    }
  return true;
}

} // namespace

Elision elisionOf(const Write &W, const Instruction *&Evidence) {
  Evidence = nullptr;
  // An argument's block stands at whatever comes first.
  auto *Store = W.Kind == WriteKind::Block ? nullptr : dyn_cast<StoreInst>(W.At);
  if (Store && isNumberOverNumber(*Store))
    return Elision::NumberWrite;
  if (Store && Store->isSimple()) {
    if (const LoadInst *Read = readOfSlot(*Store)) {
      bool Same = Read == Store->getValueOperand();
      if (Same ||
          (accessType(*Store) == AccessType::Number && accessType(*Read) == AccessType::Number)) {
        Evidence = Read;
        return Same ? Elision::SameValue : Elision::NumberUpdate;
      }
    }
  }
  if (auto *Mark = dyn_cast<CallBase>(W.At); Mark && reuseMark(*Mark) != ReuseMark::None) {
    const Value *Slot = W.Slot;
    if (const auto *Load = dyn_cast_or_null<LoadInst>(W.Stored))
      Slot = Load->getPointerOperand();
    return Slot && isUntouched(*Mark, *Slot) ? Elision::Untouched : Elision::None;
  }
  if (W.Kind == WriteKind::Shown)
    return Elision::None;
  if (isNumberGlobal(W))
    return Elision::NumberGlobal;
  if (!isFresh(W))
    return Elision::None;
  Evidence = cast<Instruction>(getUnderlyingObject(W.Slot));
  return Elision::FreshObject;
}

} // namespace tricolor
