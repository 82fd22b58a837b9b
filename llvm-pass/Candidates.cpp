//===- llvm-pass/Candidates.cpp - Which values may carry a managed pointer ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two fixpoints. Forward: a value's Carry is the transfer function of its operands' and never falls, so
// the iteration ends although `x - address` (nothing) is not monotone in its second operand. Backward:
// an integer is demanded if a use of it can lead to memory, another function, or a pointer.
//
//===------------------------------------------------------------------------------------------===//

#include "Candidates.h"

#include "Safepoints.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr unsigned WordBits = 64;

/// Integers below this never point to an object: masks up to it extract tags, not addresses.
constexpr unsigned TagBits = 12;
/// No user address has a bit from here on: masks of those bits extract tags.
constexpr unsigned AddressBits = 48;

bool isPointer(Type *Ty) { return Ty->isPointerTy() && Ty->getPointerAddressSpace() == 0; }

/// Integers of at least 64 bits and vectors of them.
bool isWideInteger(Type *Ty) {
  return Ty->isIntOrIntVectorTy() && Ty->getScalarSizeInBits() >= WordBits;
}

/// Types that carry a pointer only where the optimizer moves memory through them.
bool isOpaque(Type *Ty, const DataLayout &DL) {
  if (isWideInteger(Ty) || Ty->isX86_FP80Ty() || Ty->isX86_AMXTy())
    return false;
  return (Ty->isFloatingPointTy() || (isa<FixedVectorType>(Ty) && !Ty->isPtrOrPtrVectorTy())) &&
         DL.getTypeSizeInBits(Ty).getFixedValue() >= WordBits;
}

bool aggregateCanCarry(Type *Ty, const DataLayout &DL) {
  if (auto *STy = dyn_cast<StructType>(Ty))
    return any_of(STy->elements(), [&](Type *Element) { return aggregateCanCarry(Element, DL); });
  if (auto *ATy = dyn_cast<ArrayType>(Ty))
    return ATy->getNumElements() > 0 && aggregateCanCarry(ATy->getElementType(), DL);
  return isPointer(Ty->getScalarType()) || isWideInteger(Ty) || isOpaque(Ty, DL);
}

Carry join(Carry A, Carry B) {
  if (A == B)
    return A;
  return Carry::Maybe;
}

/// Pointers: one of the two is no heap address, which leaves the other.
Carry joinPointers(Carry A, Carry B) { return std::max(A, B); }

/// Sum, or, xor: an address and an offset make an address.
Carry offset(Carry A, Carry B) {
  if (A == Carry::Nothing)
    return B;
  return B == Carry::Nothing ? A : Carry::Maybe;
}

Carry difference(Carry A, Carry B) {
  if (B == Carry::Nothing)
    return A;
  if (A == Carry::Nothing || B == Carry::Address)
    return Carry::Nothing;
  return Carry::Maybe;
}

/// Whether a mask leaves no address of what it is applied to.
bool dropsAddress(const Value *Mask) {
  auto *C = dyn_cast<ConstantInt>(Mask);
  return C && C->getBitWidth() == WordBits &&
         (C->getValue().getActiveBits() <= TagBits || C->getValue().countr_zero() >= AddressBits);
}

/// Loads of a table pointer of a class: never from the heap.
bool loadsVtable(const Instruction &I) {
  const MDNode *Tag = I.getMetadata(LLVMContext::MD_tbaa);
  return Tag && Tag->isTBAAVtableAccess();
}

bool loadsConstant(const LoadInst &Load) {
  auto *Global = dyn_cast<GlobalVariable>(Load.getPointerOperand()->stripInBoundsConstantOffsets());
  return Global && Global->isConstant();
}

bool returnsOperand(Intrinsic::ID ID) {
  switch (ID) {
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
  case Intrinsic::ptrmask:
  case Intrinsic::ssa_copy:
  case Intrinsic::expect:
  case Intrinsic::expect_with_probability:
  case Intrinsic::ptr_annotation:
  case Intrinsic::annotation:
  case Intrinsic::preserve_array_access_index:
  case Intrinsic::preserve_struct_access_index:
  case Intrinsic::preserve_union_access_index:
  case Intrinsic::abs:
    return true;
  default:
    return false;
  }
}

bool isMinOrMax(Intrinsic::ID ID) {
  return ID == Intrinsic::umax || ID == Intrinsic::umin || ID == Intrinsic::smax ||
         ID == Intrinsic::smin;
}

/// Intrinsics whose result never carries what an operand did.
bool yieldsNumber(Intrinsic::ID ID) {
  switch (ID) {
  case Intrinsic::ctpop:
  case Intrinsic::ctlz:
  case Intrinsic::cttz:
  case Intrinsic::bswap:
  case Intrinsic::bitreverse:
  case Intrinsic::fshl:
  case Intrinsic::fshr:
  case Intrinsic::objectsize:
  case Intrinsic::readcyclecounter:
  case Intrinsic::readsteadycounter:
  case Intrinsic::fptosi_sat:
  case Intrinsic::fptoui_sat:
  case Intrinsic::lround:
  case Intrinsic::llround:
  case Intrinsic::lrint:
  case Intrinsic::llrint:
  case Intrinsic::umul_with_overflow:
  case Intrinsic::smul_with_overflow:
  case Intrinsic::umul_fix:
  case Intrinsic::threadlocal_address:
  case Intrinsic::stacksave:
  case Intrinsic::frameaddress:
  case Intrinsic::returnaddress:
  case Intrinsic::addressofreturnaddress:
  case Intrinsic::sponentry:
  case Intrinsic::eh_typeid_for:
    return true;
  default:
    return false;
  }
}

/// What a use lets through.
enum class Demand : uint8_t { No, WithResult, Yes };

Demand demandOf(const User &U, unsigned Operand) {
  auto &I = *cast<Instruction>(&U);
  switch (I.getOpcode()) {
  case Instruction::ICmp:
  case Instruction::FCmp:
  case Instruction::Mul:
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
  case Instruction::UIToFP:
  case Instruction::SIToFP:
  case Instruction::Switch:
  case Instruction::Alloca:
    return Demand::No;
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    return I.getType()->getScalarSizeInBits() > WordBits ? Demand::WithResult : Demand::No;
  case Instruction::Trunc:
    return isWideInteger(I.getType()) ? Demand::WithResult : Demand::No;
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::Freeze:
  case Instruction::BitCast:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::ShuffleVector:
    return Demand::WithResult;
  case Instruction::InsertElement:
    return Operand == 2 ? Demand::No : Demand::WithResult;
  case Instruction::ExtractElement:
    return Operand == 1 ? Demand::No : Demand::WithResult;
  case Instruction::GetElementPtr:
    // An index is an offset, unless there is nothing that it is an offset from.
    return Operand != 0 && !isa<Constant>(I.getOperand(0)) ? Demand::No : Demand::Yes;
  case Instruction::Call:
  case Instruction::Invoke: {
    auto &Call = cast<CallBase>(I);
    if (auto *II = dyn_cast<IntrinsicInst>(&Call)) {
      Intrinsic::ID ID = II->getIntrinsicID();
      if (yieldsNumber(ID) || isa<MemIntrinsic>(II) || II->isAssumeLikeIntrinsic())
        return Demand::No;
      return returnsOperand(ID) || isMinOrMax(ID) ? Demand::WithResult : Demand::Yes;
    }
    if (isLibraryLeaf(Call))
      return Demand::No;
    // The size of an allocation.
    if (Attribute Size = Call.getFnAttr(Attribute::AllocSize); Size.isValid()) {
      auto [First, Second] = Size.getAllocSizeArgs();
      if (Operand == First || (Second && Operand == *Second))
        return Demand::No;
    }
    return Demand::Yes;
  }
  default:
    return Demand::Yes;
  }
}

/// The same for values of opaque types, which carry a pointer only while they are moved: what computes
/// with one takes it for a number, also where other uses of the same value move it.
Demand demandOfOpaque(const User &U) {
  auto &I = *cast<Instruction>(&U);
  switch (I.getOpcode()) {
  case Instruction::Store:
  case Instruction::AtomicRMW:
  case Instruction::AtomicCmpXchg:
  case Instruction::Ret:
    return Demand::Yes;
  case Instruction::PHI:
  case Instruction::Select:
  case Instruction::Freeze:
  case Instruction::BitCast:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor:
  case Instruction::InsertValue:
  case Instruction::InsertElement:
  case Instruction::ExtractElement:
  case Instruction::ShuffleVector:
    return Demand::WithResult;
  case Instruction::Call:
  case Instruction::Invoke:
  case Instruction::CallBr:
    if (isa<IntrinsicInst>(I))
      return I.getType()->isVoidTy() ? Demand::Yes : Demand::WithResult;
    return isLibraryLeaf(cast<CallBase>(I)) ? Demand::No : Demand::Yes;
  default:
    return Demand::No;
  }
}

} // namespace

bool canCarryPointer(Type *Ty, const DataLayout &DL) {
  if (Ty->isAggregateType())
    return aggregateCanCarry(Ty, DL);
  if (!Ty->isFirstClassType() || !Ty->isSized())
    return false;
  return isPointer(Ty->getScalarType()) || isWideInteger(Ty) || isOpaque(Ty, DL);
}

Candidates::Candidates(Function &F) : F(F), DL(F.getDataLayout()) {
  raiseAll();
  findDemand();
}

Carry Candidates::carry(const Value *V) const {
  if (isa<Instruction>(V)) {
    auto It = Carries.find(V);
    return It == Carries.end() ? Carry::Nothing : It->second;
  }
  auto *A = dyn_cast<Argument>(V);
  if (!A || A->hasByValAttr() || !canCarryPointer(A->getType(), DL))
    return Carry::Nothing; // constants, globals, blocks
  return isPointer(A->getType()) ? Carry::Address : Carry::Maybe;
}

bool Candidates::isCandidate(const Value *V) const {
  if (carry(V) == Carry::Nothing)
    return false;
  Type *Ty = V->getType();
  if (isWideInteger(Ty) || isOpaque(Ty, DL))
    return Demanded.contains(V);
  return true;
}

Carry Candidates::transfer(const Instruction &I) const {
  auto Operand = [&](unsigned N) { return carry(I.getOperand(N)); };
  Type *Ty = I.getType();
  switch (I.getOpcode()) {
  case Instruction::Alloca:
  case Instruction::LandingPad:
  case Instruction::Mul:
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
  case Instruction::FPToUI:
  case Instruction::FPToSI:
    return Carry::Nothing;
  case Instruction::Add:
  case Instruction::Or:
  case Instruction::Xor:
    return offset(Operand(0), Operand(1));
  case Instruction::Sub:
    return difference(Operand(0), Operand(1));
  case Instruction::And:
    if (dropsAddress(I.getOperand(0)) || dropsAddress(I.getOperand(1)))
      return Carry::Nothing;
    return offset(Operand(0), Operand(1));
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    // Wider integers hold several words, which are taken apart by shifting.
    return Ty->getScalarSizeInBits() > WordBits && Operand(0) != Carry::Nothing ? Carry::Maybe
                                                                                : Carry::Nothing;
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::Trunc:
    return Operand(0) == Carry::Nothing ? Carry::Nothing : Carry::Maybe;
  case Instruction::BitCast:
    if (Ty->isPointerTy() || I.getOperand(0)->getType() == Ty)
      return Operand(0);
    return Operand(0) == Carry::Nothing ? Carry::Nothing : Carry::Maybe;
  case Instruction::PtrToInt:
  case Instruction::PtrToAddr:
  case Instruction::Freeze:
    return Operand(0);
  case Instruction::IntToPtr:
    if (isa<Constant>(I.getOperand(0)))
      return Carry::Nothing;
    return Operand(0) == Carry::Address ? Carry::Address : Carry::Maybe;
  case Instruction::GetElementPtr: {
    auto &GEP = cast<GetElementPtrInst>(I);
    if (isa<ConstantPointerNull>(GEP.getPointerOperand()))
      return GEP.hasAllConstantIndices() ? Carry::Nothing : Carry::Maybe;
    return Operand(0);
  }
  case Instruction::PHI:
  case Instruction::Select: {
    Carry Result = Carry::Nothing;
    bool First = true;
    unsigned Begin = I.getOpcode() == Instruction::Select ? 1 : 0;
    for (unsigned N = Begin; N != I.getNumOperands(); ++N) {
      if (I.getOperand(N) == &I || isa<UndefValue>(I.getOperand(N)))
        continue;
      Carry C = Operand(N);
      if (Ty->isPtrOrPtrVectorTy() || First)
        Result = joinPointers(Result, C);
      else
        Result = join(Result, C);
      First = false;
    }
    return Result;
  }
  case Instruction::InsertElement:
  case Instruction::InsertValue:
  case Instruction::ShuffleVector:
    return Operand(0) == Carry::Nothing && Operand(1) == Carry::Nothing ? Carry::Nothing
                                                                        : Carry::Maybe;
  case Instruction::ExtractElement:
  case Instruction::ExtractValue:
    if (Operand(0) == Carry::Nothing)
      return Carry::Nothing;
    return isPointer(Ty) ? Carry::Address : Carry::Maybe;
  case Instruction::Load:
    if (loadsVtable(I) || loadsConstant(cast<LoadInst>(I)))
      return Carry::Nothing;
    return isPointer(Ty) ? Carry::Address : Carry::Maybe;
  case Instruction::Call:
  case Instruction::Invoke:
  case Instruction::CallBr: {
    auto &Call = cast<CallBase>(I);
    if (auto *II = dyn_cast<IntrinsicInst>(&Call)) {
      Intrinsic::ID ID = II->getIntrinsicID();
      if (yieldsNumber(ID) || (Ty->isFPOrFPVectorTy() && isTriviallyVectorizable(ID)))
        return Carry::Nothing;
      if (returnsOperand(ID))
        return Operand(0);
      if (isMinOrMax(ID))
        return join(Operand(0), Operand(1));
      if (!II->mayReadFromMemory() &&
          all_of(II->args(), [&](const Use &A) { return carry(A) == Carry::Nothing; }))
        return Carry::Nothing;
    }
    if (!Ty->isPointerTy() && isLibraryLeaf(Call))
      return Carry::Nothing;
    return isPointer(Ty) ? Carry::Address : Carry::Maybe;
  }
  case Instruction::AtomicRMW:
  case Instruction::AtomicCmpXchg:
  case Instruction::VAArg:
    return isPointer(Ty) ? Carry::Address : Carry::Maybe;
  default:
    // Floating point arithmetic and whatever else computes: opaque results are numbers. Anything that
    // is not known but can carry a pointer by its type is taken to.
    if (isOpaque(Ty, DL))
      return Carry::Nothing;
    return Carry::Maybe;
  }
}

void Candidates::raiseAll() {
  ReversePostOrderTraversal<Function *> Order(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order)
      for (Instruction &I : *BB) {
        if (!canCarryPointer(I.getType(), DL))
          continue;
        Carry New = transfer(I);
        if (New == Carry::Nothing)
          continue;
        Carry &Old = Carries[&I];
        if (New > Old) {
          Old = New;
          Changed = true;
        }
      }
  }
}

void Candidates::findDemand() {
  SmallVector<const Value *, 32> Work;
  auto IsDemanded = [&](const Use &U) {
    bool Opaque = isOpaque(U->getType(), DL);
    Type *Result = U.getUser()->getType();
    switch (Opaque ? demandOfOpaque(*U.getUser()) : demandOf(*U.getUser(), U.getOperandNo())) {
    case Demand::No:
      return false;
    case Demand::Yes:
      return true;
    case Demand::WithResult:
      if (isWideInteger(Result) || isOpaque(Result, DL))
        return Demanded.contains(U.getUser());
      return !Opaque || canCarryPointer(Result, DL);
    }
    llvm_unreachable("a demand");
  };
  auto Consider = [&](const Value *V) {
    if (carry(V) == Carry::Nothing || Demanded.contains(V))
      return;
    if (!isWideInteger(V->getType()) && !isOpaque(V->getType(), DL))
      return;
    if (!any_of(V->uses(), IsDemanded))
      return;
    Demanded.insert(V);
    Work.push_back(V);
  };
  for (Argument &A : F.args())
    Consider(&A);
  for (Instruction &I : instructions(F))
    Consider(&I);
  while (!Work.empty())
    if (auto *I = dyn_cast<Instruction>(Work.pop_back_val()))
      for (const Value *Operand : I->operand_values())
        if (isa<Instruction, Argument>(Operand))
          Consider(Operand);
}

} // namespace tricolor
