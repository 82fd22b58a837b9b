//===- llvm-pass/BarrierWords.cpp - What a barrier call says ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "BarrierWords.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {

Address addressOf(const Value *Pointer, const DataLayout &DL) {
  Address A;
  for (;;) {
    const Value *Base = GetPointerBaseWithConstantOffset(Pointer, A.Offset, DL);
    // The same slot, computed once before and once after the statepoint pass made its copies.
    if (const auto *Cast = dyn_cast<AddrSpaceCastOperator>(Base)) {
      int64_t Before = A.Offset;
      A = addressOf(Cast->getPointerOperand(), DL);
      A.Offset += Before;
      return A;
    }
    A.Base = Base;
    return A;
  }
}

Word wordOf(const Value *V, const DataLayout &DL) {
  uint64_t Bit = 0;
  for (;;) {
    if (isa<Constant>(V))
      return {};
    const auto *Op = dyn_cast<Operator>(V);
    if (!Op)
      return {V, Bit};
    const Value *From = Op->getOperand(0);
    switch (Op->getOpcode()) {
    case Instruction::PtrToInt:
    case Instruction::BitCast:
      V = From;
      continue;
    case Instruction::Trunc:
      if (From->getType()->getScalarSizeInBits() > 64 && !From->getType()->isVectorTy()) {
        V = From;
        continue;
      }
      return {V, Bit};
    case Instruction::LShr:
      if (const auto *By = dyn_cast<ConstantInt>(Op->getOperand(1));
          By && Op->getType()->isIntegerTy() && Op->getType()->getIntegerBitWidth() > 64) {
        Bit += By->getZExtValue();
        V = From;
        continue;
      }
      return {V, Bit};
    case Instruction::ExtractElement:
      if (const auto *Lane = dyn_cast<ConstantInt>(Op->getOperand(1))) {
        Bit += Lane->getZExtValue() * DL.getTypeSizeInBits(Op->getType()).getFixedValue();
        V = From;
        continue;
      }
      return {V, Bit};
    case Instruction::ExtractValue: {
      SmallVector<Value *, 4> Indices;
      Type *Ty = From->getType();
      for (unsigned Index : cast<ExtractValueInst>(Op)->indices()) {
        if (auto *Struct = dyn_cast<StructType>(Ty)) {
          Bit += DL.getStructLayout(Struct)->getElementOffsetInBits(Index).getFixedValue();
          Ty = Struct->getElementType(Index);
        } else {
          Ty = cast<ArrayType>(Ty)->getElementType();
          Bit += Index * DL.getTypeAllocSizeInBits(Ty).getFixedValue();
        }
      }
      V = From;
      continue;
    }
    default:
      return {V, Bit};
    }
  }
}

} // namespace tricolor
