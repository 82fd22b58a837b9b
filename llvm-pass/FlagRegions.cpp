//===- llvm-pass/FlagRegions.cpp - Where the barrier flag cannot change -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Everything that the back end may lower to a call counts as one: intrinsics that are not known to be
// short sequences of instructions, arithmetic wider than the machine's, fmod, large block copies.
//
//===------------------------------------------------------------------------------------------===//

#include "FlagRegions.h"
#include "ReusedStorage.h"
#include "RuntimeInterface.h"

#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Block copies up to this many bytes are made in line by the back end where it optimizes for speed. Elsewhere it may
/// call memcpy, which is no safepoint: a call that the back end makes up has no site. Higher: a thread may
/// put off an answer for a longer copy; lower: regions close early.
constexpr uint64_t InlineBytes = 128;

bool isInline(const IntrinsicInst &I) {
  if (I.isAssumeLikeIntrinsic() || I.isDebugOrPseudoInst() || I.isLifetimeStartOrEnd())
    return true;
  if (auto *Memory = dyn_cast<MemIntrinsic>(&I)) {
    auto *Length = dyn_cast<ConstantInt>(Memory->getLength());
    return Length && Length->getValue().ule(InlineBytes);
  }
  switch (I.getIntrinsicID()) {
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
  case Intrinsic::ptrmask:
  case Intrinsic::expect:
  case Intrinsic::expect_with_probability:
  case Intrinsic::objectsize:
  case Intrinsic::prefetch:
    return true;
  case Intrinsic::abs:
  case Intrinsic::umin:
  case Intrinsic::umax:
  case Intrinsic::smin:
  case Intrinsic::smax:
  case Intrinsic::bswap:
  case Intrinsic::ctpop:
  case Intrinsic::ctlz:
  case Intrinsic::cttz:
  case Intrinsic::fshl:
  case Intrinsic::fshr:
  case Intrinsic::uadd_with_overflow:
  case Intrinsic::usub_with_overflow:
  case Intrinsic::umul_with_overflow:
  case Intrinsic::sadd_with_overflow:
  case Intrinsic::ssub_with_overflow:
  case Intrinsic::smul_with_overflow:
  case Intrinsic::uadd_sat:
  case Intrinsic::usub_sat:
  case Intrinsic::sadd_sat:
  case Intrinsic::ssub_sat:
  case Intrinsic::vector_reduce_add:
  case Intrinsic::vector_reduce_and:
  case Intrinsic::vector_reduce_or:
  case Intrinsic::vector_reduce_xor:
  case Intrinsic::vector_reduce_smax:
  case Intrinsic::vector_reduce_smin:
  case Intrinsic::vector_reduce_umax:
  case Intrinsic::vector_reduce_umin:
    return I.getOperand(0)->getType()->getScalarSizeInBits() <= 64;
  case Intrinsic::fmuladd: // two instructions or one, unlike fma
  case Intrinsic::fabs:
  case Intrinsic::copysign:
  case Intrinsic::sqrt:
    return I.getType()->getScalarType()->isFloatTy() || I.getType()->getScalarType()->isDoubleTy();
  default:
    return false;
  }
}

/// Whether a type's arithmetic may need a function of the compiler's library.
bool needsLibrary(const Type &Ty) {
  const Type *Scalar = Ty.getScalarType();
  return Scalar->isFP128Ty() || Scalar->isHalfTy() || Scalar->isBFloatTy();
}

} // namespace

bool mayChangeFlag(const Instruction &I) {
  if (const auto *Call = dyn_cast<CallBase>(&I)) {
    if (const auto *Intrinsic = dyn_cast<IntrinsicInst>(Call))
      return !isInline(*Intrinsic);
    if (reuseMark(*Call) != ReuseMark::None)
      return false;
    if (const auto *Assembly = dyn_cast<InlineAsm>(Call->getCalledOperand()))
      return !Assembly->getAsmString().empty();
    return !isBarrierCall(*Call);
  }
  if (needsLibrary(*I.getType()) ||
      any_of(I.operands(), [](const Use &Operand) { return needsLibrary(*Operand->getType()); }))
    return !isa<LoadInst, StoreInst, PHINode, SelectInst>(I);
  switch (I.getOpcode()) {
  case Instruction::FRem:
    return true;
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
  case Instruction::FPToSI:
  case Instruction::FPToUI:
    return I.getType()->getScalarSizeInBits() > 64;
  case Instruction::SIToFP:
  case Instruction::UIToFP:
    return I.getOperand(0)->getType()->getScalarSizeInBits() > 64;
  default:
    // Atomic objects that the machine has no instruction for.
    return I.isAtomic() && !isa<FenceInst>(I) && any_of(I.operands(), [&](const Use &Operand) {
             return I.getDataLayout().getTypeSizeInBits(Operand->getType()).getKnownMinValue() > 64;
           });
  }
}

} // namespace tricolor
