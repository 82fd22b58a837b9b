//===- llvm-pass/Derivations.cpp - Which pointer a pointer is derived from ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Derivations.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace tricolor {
namespace {

bool isPointer(const Value *V) {
  return V->getType()->isPointerTy() && V->getType()->getPointerAddressSpace() == 0;
}

/// Intrinsics that return their first operand, with or without an offset.
bool passesThrough(const IntrinsicInst &II) {
  switch (II.getIntrinsicID()) {
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
  case Intrinsic::ptrmask:
  case Intrinsic::ssa_copy:
  case Intrinsic::ptr_annotation:
  case Intrinsic::expect:
  case Intrinsic::expect_with_probability:
    return true;
  default:
    return false;
  }
}

/// Intrinsics whose pointers are to thread-local variables and the stack.
bool pointsElsewhere(const IntrinsicInst &II) {
  switch (II.getIntrinsicID()) {
  case Intrinsic::threadlocal_address:
  case Intrinsic::stacksave:
  case Intrinsic::frameaddress:
  case Intrinsic::returnaddress:
  case Intrinsic::addressofreturnaddress:
  case Intrinsic::sponentry:
    return true;
  default:
    return false;
  }
}

bool loadsElsewhere(const LoadInst &Load) {
  if (const MDNode *Tag = Load.getMetadata(LLVMContext::MD_tbaa); Tag && Tag->isTBAAVtableAccess())
    return true;
  auto *Global = dyn_cast<GlobalVariable>(Load.getPointerOperand()->stripInBoundsConstantOffsets());
  return Global && Global->isConstant();
}

/// A cast that leaves the word as it is.
const Value *withoutCasts(const Value *V) {
  while (isa<BitCastInst, IntToPtrInst, PtrToIntInst, FreezeInst>(V)) {
    const Value *From = cast<Instruction>(V)->getOperand(0);
    if (!isPointer(From) && !From->getType()->isIntegerTy(64))
      break;
    V = From;
  }
  return V;
}

} // namespace

Derivations::Derivations(Function &F) : F(F), DT(F), Values(F) { findPointers(); }

bool Derivations::mayPointToObject(const Instruction &I) const {
  switch (I.getOpcode()) {
  case Instruction::Alloca:
    return false;
  case Instruction::PHI:
    return any_of(I.operand_values(), [&](const Value *V) { return needsObject(V); });
  case Instruction::Select:
    return needsObject(I.getOperand(1)) || needsObject(I.getOperand(2));
  case Instruction::GetElementPtr:
    if (isa<ConstantPointerNull>(I.getOperand(0)))
      return !cast<GetElementPtrInst>(I).hasAllConstantIndices();
    return needsObject(I.getOperand(0));
  case Instruction::BitCast:
  case Instruction::Freeze:
    return needsObject(I.getOperand(0));
  case Instruction::IntToPtr:
    return !isa<Constant>(I.getOperand(0));
  case Instruction::Load:
    return !loadsElsewhere(cast<LoadInst>(I));
  case Instruction::ExtractValue:
  case Instruction::ExtractElement:
    // The exception in flight is the runtime's.
    return !isa<LandingPadInst>(I.getOperand(0)) && Values.carry(I.getOperand(0)) != Carry::Nothing;
  case Instruction::Call:
    if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
      if (pointsElsewhere(*II))
        return false;
      if (passesThrough(*II))
        return needsObject(II->getArgOperand(0));
      if (!II->mayReadFromMemory())
        return any_of(II->args(), [&](const Use &A) { return carries(A); });
    }
    return true;
  default:
    return true;
  }
}

/// The least set: a phi is in it when an operand is.
void Derivations::findPointers() {
  ReversePostOrderTraversal<Function *> Order(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : Order)
      for (const Instruction &I : *BB)
        if (isPointer(&I) && !Pointers.contains(&I) && mayPointToObject(I))
          Changed |= Pointers.insert(&I).second;
  }
}

bool Derivations::needsObject(const Value *V) const {
  if (!isa<Instruction, Argument>(V))
    return false;
  if (!isPointer(V))
    return Values.isCandidate(V);
  if (auto *A = dyn_cast<Argument>(V))
    return !A->hasByValAttr();
  return Pointers.contains(V);
}

bool Derivations::carries(const Value *V) const {
  return isPointer(V) ? needsObject(V) : Values.carry(V) != Carry::Nothing;
}

const Value *Derivations::step(const Value *V) const {
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return nullptr;
  const Value *From = nullptr;
  switch (I->getOpcode()) {
  case Instruction::GetElementPtr:
  case Instruction::BitCast:
  case Instruction::PtrToInt:
  case Instruction::PtrToAddr:
  case Instruction::IntToPtr:
  case Instruction::Freeze:
    From = I->getOperand(0);
    break;
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::And:
  case Instruction::Or:
  case Instruction::Xor: {
    // An address and an offset.
    bool First = carries(I->getOperand(0)), Second = carries(I->getOperand(1));
    if (First != Second && (First || I->getOpcode() != Instruction::Sub))
      From = I->getOperand(First ? 0 : 1);
    break;
  }
  case Instruction::Call:
    if (auto *II = dyn_cast<IntrinsicInst>(I); II && passesThrough(*II))
      From = II->getArgOperand(0);
    break;
  default:
    break;
  }
  return From && carries(From) ? From : nullptr;
}

bool Derivations::dominatesFromElsewhere(const Value *B, const Instruction &Join) const {
  auto *Definition = dyn_cast<Instruction>(B);
  if (!Definition)
    return isa<Argument>(B);
  if (Definition->getParent() == Join.getParent() && isa<PHINode>(Definition) && isa<PHINode>(Join))
    return false;
  return DT.dominates(Definition, &Join);
}

bool Derivations::derives(const Value *V, const Value *B, SetVector<Pair> &Open) const {
  B = withoutCasts(B);
  for (; !isa<PHINode, SelectInst>(V); V = step(V)) {
    if (V == B || withoutCasts(V) == B || !carries(V))
      return true;
    if (!step(V))
      return false;
  }
  if (V == B || !carries(V) || !Open.insert({V, B}))
    return true;

  auto *Join = cast<Instruction>(V);
  if (dominatesFromElsewhere(B, *Join)) {
    size_t Before = Open.size();
    unsigned First = isa<SelectInst>(Join) ? 1 : 0;
    if (all_of(drop_begin(Join->operand_values(), First),
               [&](const Value *In) { return derives(In, B, Open); }))
      return true;
    while (Open.size() != Before)
      Open.pop_back();
  }
  if (auto *Phi = dyn_cast<PHINode>(Join)) {
    auto *Other = dyn_cast<PHINode>(B);
    return Other && Other->getParent() == Phi->getParent() &&
           all_of(Phi->blocks(), [&](const BasicBlock *From) {
             return derives(Phi->getIncomingValueForBlock(From),
                            Other->getIncomingValueForBlock(From), Open);
           });
  }
  auto *Select = cast<SelectInst>(Join);
  auto *Other = dyn_cast<SelectInst>(B);
  return Other && Other->getCondition() == Select->getCondition() &&
         derives(Select->getTrueValue(), Other->getTrueValue(), Open) &&
         derives(Select->getFalseValue(), Other->getFalseValue(), Open);
}

bool Derivations::derives(const Value *V, const Value *B) {
  if (auto It = Known.find({V, B}); It != Known.end())
    return It->second;
  SetVector<Pair> Open;
  bool Yes = derives(V, B, Open);
  // What a success took for granted on its way holds too.
  if (Yes)
    for (const Pair &P : Open)
      Known[P] = true;
  Known[{V, B}] = Yes;
  return Yes;
}

} // namespace tricolor
