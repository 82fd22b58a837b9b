//===- llvm-pass/BarrierCalls.cpp - The slow path of a write ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "BarrierCalls.h"
#include "RuntimeInterface.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Writes the slow paths of barriers.
class BarrierWriter {
public:
  BarrierWriter(Instruction &Before)
      : Builder(&Before), M(*Before.getModule()), DL(M.getDataLayout()) {}

  void write(const Write &W) {
    Builder.SetCurrentDebugLocation(locationFor(*W.At));
    switch (W.Kind) {
    case WriteKind::Value:
      value(W.Stored, W.Slot, 0);
      break;
    case WriteKind::Masked:
    case WriteKind::Compressed:
    case WriteKind::Scattered:
      lanes(W);
      break;
    case WriteKind::Block:
      block(W.Slot, W.Source, bytes(W));
      break;
    case WriteKind::Forgotten:
    case WriteKind::Shown:
      NoSlot = true;
      value(W.Stored, nullptr, 0);
      NoSlot = false;
      break;
    case WriteKind::Pattern: {
      Value *Size = Builder.getInt64(DL.getTypeAllocSize(W.Stored->getType()).getFixedValue());
      block(W.Slot, nullptr,
            Builder.CreateMul(Builder.CreateZExtOrTrunc(W.Count, Size->getType()), Size));
      NoSlot = true;
      value(W.Stored, W.Slot, 0);
      break;
    }
    }
  }

private:
  Value *generic(Value *Pointer) {
    return Builder.CreateAddrSpaceCast(Pointer, Builder.getPtrTy());
  }

  Value *bytes(const Write &W) { return Builder.CreateZExtOrTrunc(W.Bytes, Builder.getInt64Ty()); }

  void block(Value *Slot, Value *Source, Value *Bytes) {
    Value *From = Source ? generic(Source) : ConstantPointerNull::get(Builder.getPtrTy());
    createSlowCall(Builder, getBulkBarrier(M), {generic(Slot), From, Bytes});
  }

  /// One call for a word at `Slot + Offset`, where `Enabled` (always, if null) says the word is
  /// written.
  void word(Value *Word, Value *Slot, uint64_t Offset) {
    Value *At = NoSlot ? noSlot() : generic(Slot);
    if (Offset != 0 && !NoSlot)
      At = Builder.CreatePtrAdd(At, Builder.getInt64(Offset));
    if (Enabled) {
      At = Builder.CreateSelect(Enabled, At, noSlot());
      Word = Builder.CreateSelect(Enabled, Word, Builder.getInt64(0));
    }
    createSlowCall(Builder, getWriteBarrier(M), {At, Word});
  }

  /// Calls for every word of `V` that may carry a pointer.
  void value(Value *V, Value *Slot, uint64_t Offset) {
    Type *Ty = V->getType();
    if (!mayCarryPointer(*Ty)) {
      if (!InAggregate)
        opaque(V, Slot, Offset);
      return;
    }
    if (Ty->isPointerTy()) {
      word(Builder.CreatePtrToInt(V, Builder.getInt64Ty()), Slot, Offset);
    } else if (Ty->isIntegerTy()) {
      for (unsigned Bit = 0; Bit + 64 <= Ty->getIntegerBitWidth(); Bit += 64)
        word(Builder.CreateTrunc(Bit ? Builder.CreateLShr(V, Bit) : V, Builder.getInt64Ty()), Slot,
             Offset + Bit / 8);
    } else if (auto *Vector = dyn_cast<FixedVectorType>(Ty)) {
      uint64_t Stride = laneBytes(*Vector);
      for (unsigned Lane = 0; Lane != Vector->getNumElements(); ++Lane)
        value(Builder.CreateExtractElement(V, Lane), Slot, Offset + Lane * Stride);
    } else if (auto *Array = dyn_cast<ArrayType>(Ty)) {
      SaveAndRestore Inside(InAggregate, true);
      uint64_t Stride = DL.getTypeAllocSize(Array->getElementType()).getFixedValue();
      for (unsigned I = 0; I != Array->getNumElements(); ++I)
        value(Builder.CreateExtractValue(V, I), Slot, Offset + I * Stride);
    } else {
      SaveAndRestore Inside(InAggregate, true);
      auto *Struct = cast<StructType>(Ty);
      const StructLayout *Layout = DL.getStructLayout(Struct);
      for (unsigned I = 0; I != Struct->getNumElements(); ++I)
        value(Builder.CreateExtractValue(V, I), Slot,
              Offset + Layout->getElementOffset(I).getFixedValue());
    }
  }

  /// A double, or a vector of what is no word: the words that it covers, and those that it may bring
  /// (the optimizer moves memory through such types).
  void opaque(Value *V, Value *Slot, uint64_t Offset) {
    Type *Ty = V->getType();
    uint64_t Bits = DL.getTypeSizeInBits(Ty).getFixedValue();
    Type *Word = Builder.getInt64Ty();
    if (Ty->isAggregateType() || Ty->isX86_FP80Ty() || Bits % 64 != 0) {
      for (uint64_t At = 0; At + 8 <= DL.getTypeStoreSize(Ty).getFixedValue(); At += 8)
        word(Builder.getInt64(0), Slot, Offset + At);
      return;
    }
    Type *Words = Bits == 64 ? Word : FixedVectorType::get(Word, Bits / 64);
    value(Builder.CreateBitCast(V, Words), Slot, Offset);
  }

  /// Vector lanes lie side by side, without padding.
  uint64_t laneBytes(const FixedVectorType &Vector) {
    return DL.getTypeSizeInBits(Vector.getElementType()).getFixedValue() / 8;
  }

  void lanes(const Write &W) {
    auto *Vector = cast<FixedVectorType>(W.Stored->getType());
    uint64_t Stride = laneBytes(*Vector);
    Value *Mask = W.Mask;
    auto *MaskType = cast<FixedVectorType>(Mask->getType());
    if (!MaskType->getElementType()->isIntegerTy(1)) // x86: the sign bit of each lane
      Mask = Builder.CreateICmpSLT(Mask, Constant::getNullValue(MaskType));
    Value *Selected = nullptr;
    if (W.Kind == WriteKind::Compressed) {
      Type *Bits = Builder.getIntNTy(Vector->getNumElements());
      Selected = Builder.CreateZExtOrTrunc(
          Builder.CreateUnaryIntrinsic(Intrinsic::ctpop, Builder.CreateBitCast(Mask, Bits)),
          Builder.getInt64Ty());
    }
    for (unsigned Lane = 0; Lane != Vector->getNumElements(); ++Lane) {
      Value *Stored = Builder.CreateExtractElement(W.Stored, Lane);
      Value *InMask = Builder.CreateExtractElement(Mask, Lane);
      switch (W.Kind) {
      case WriteKind::Masked:
        Enabled = InMask;
        value(Stored, W.Slot, Lane * Stride);
        break;
      case WriteKind::Scattered:
        Enabled = InMask;
        value(Stored, Builder.CreateExtractElement(W.Slot, Lane), 0);
        break;
      default: // the lane's value, and apart from it the Lane-th slot that is overwritten
        Enabled = InMask;
        NoSlot = true;
        value(Stored, W.Slot, 0);
        NoSlot = false;
        Enabled = Builder.CreateICmpUGT(Selected, Builder.getInt64(Lane));
        value(Constant::getNullValue(Stored->getType()), W.Slot, Lane * Stride);
        break;
      }
    }
    Enabled = nullptr;
  }

  /// A null word, for a barrier that has a value but no slot.
  Value *noSlot() {
    constexpr StringLiteral Name = "tricolor.no_slot";
    if (GlobalVariable *Existing = M.getGlobalVariable(Name, /*AllowInternal=*/true))
      return Existing;
    auto *Null = Constant::getNullValue(Builder.getInt64Ty());
    return new GlobalVariable(M, Null->getType(), /*isConstant=*/true, GlobalValue::InternalLinkage,
                              Null, Name);
  }

  IRBuilder<> Builder;
  Module &M;
  const DataLayout &DL;
  Value *Enabled = nullptr;
  bool NoSlot = false;
  bool InAggregate = false;
};

} // namespace

void addBarrierCalls(Instruction &Before, const Write &W) { BarrierWriter(Before).write(W); }

} // namespace tricolor
