//===- llvm-pass/BasePointers.cpp - The object that a derived pointer is of ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//  1. solve(): raise every join (scalar phi or select that is a candidate) to one base or conflict. The
//     states only rise, so it ends.
//  2. findOwnBases(): take every conflict for its own base, and take that back while an operand's base
//     is another value than the operand itself, unless the operand surely points into its object.
//  3. insertBases(): create an empty phi or select for every other conflict, then fill in the bases of
//     the operands; bases of two types meet through casts.
//
//===------------------------------------------------------------------------------------------===//

#include "BasePointers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

/// An aggregate made of more parts than this is listed as a whole.
constexpr unsigned MaxParts = 8;

/// Scalars that chains and joins run through: pointers and words.
bool isWord(Type *Ty) {
  return (Ty->isPointerTy() && Ty->getPointerAddressSpace() == 0) || Ty->isIntegerTy(64);
}

/// How many users of an address are looked at. Higher: compile time; lower: phis of bases that are not needed.
constexpr unsigned MaxUsers = 32;

/// Whether the program read or wrote through an address on every way to an instruction: it lies in its
/// object then, and not past the end.
bool isAccessedBefore(const Value &Address, const Instruction &Where, const DominatorTree &DT) {
  unsigned Left = MaxUsers;
  for (const User *U : Address.users()) {
    if (Left-- == 0)
      return false;
    auto *Access = dyn_cast<Instruction>(U);
    if (Access && getLoadStorePointerOperand(Access) == &Address &&
        !getLoadStoreType(Access)->isEmptyTy() && DT.dominates(Access, &Where))
      return true;
  }
  return false;
}

/// Operands of a phi or select that its value may be.
auto choices(Value *Join) {
  auto *I = cast<Instruction>(Join);
  return drop_begin(I->operand_values(), isa<SelectInst>(I) ? 1 : 0);
}

} // namespace

BasePointers::BasePointers(Function &F, const Candidates &Values, const DominatorTree &DT)
    : Values(Values) {
  solve(F, DT);
  findOwnBases(DT);
  insertBases();
}

bool BasePointers::isJoin(const Value *V) const {
  return isa<PHINode, SelectInst>(V) && isWord(V->getType());
}

/// Follows a chain of derivations to the value that it starts from.
Value *BasePointers::stripDerivation(Value *V) const {
  while (auto *I = dyn_cast<Instruction>(V)) {
    Value *From = nullptr;
    switch (I->getOpcode()) {
    case Instruction::GetElementPtr:
      From = cast<GetElementPtrInst>(I)->getPointerOperand();
      break;
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
      // An address and an offset. Two that may be addresses have no common base.
      bool First = Values.carry(I->getOperand(0)) != Carry::Nothing;
      bool Second = Values.carry(I->getOperand(1)) != Carry::Nothing;
      if (First && !Second)
        From = I->getOperand(0);
      else if (Second && !First && I->getOpcode() != Instruction::Sub)
        From = I->getOperand(1);
      break;
    }
    case Instruction::Call:
    case Instruction::Invoke:
      if (auto *II = dyn_cast<IntrinsicInst>(I)) {
        switch (II->getIntrinsicID()) {
        case Intrinsic::launder_invariant_group:
        case Intrinsic::strip_invariant_group:
        case Intrinsic::ptrmask:
        case Intrinsic::ssa_copy:
        case Intrinsic::expect:
        case Intrinsic::expect_with_probability:
        case Intrinsic::ptr_annotation:
          From = II->getArgOperand(0);
          break;
        default:
          break;
        }
      }
      break;
    default:
      break;
    }
    // A chain leaves a vector of pointers only for its scalar base, and never starts at a constant.
    if (!From || isa<Constant>(From) || Values.carry(From) == Carry::Nothing)
      return V;
    bool SameShape = isWord(V->getType()) ? isWord(From->getType())
                                          : V->getType()->isPtrOrPtrVectorTy() &&
                                                From->getType()->isPtrOrPtrVectorTy();
    if (!SameShape)
      return V;
    V = From;
  }
  return V;
}

void BasePointers::solve(Function &F, const DominatorTree &DT) {
  for (Instruction &I : instructions(F))
    if (isJoin(&I) && Values.isCandidate(&I))
      Nodes.insert({&I, Node()});

  for (bool Changed = true; Changed;) {
    Changed = false;
    for (auto &[Join, N] : Nodes) {
      if (N.S == State::Conflict)
        continue;
      Value *Base = N.Base;
      bool Conflict = false;
      for (Value *Choice : choices(Join)) {
        if (Values.carry(Choice) == Carry::Nothing)
          continue;
        Value *Start = stripDerivation(Choice);
        Value *Incoming = Start;
        if (auto It = Nodes.find(Start); It != Nodes.end()) {
          if (It->second.S == State::Unknown)
            continue;
          if (It->second.S == State::Base)
            Incoming = It->second.Base;
        }
        if (Base && Base != Incoming) {
          Conflict = true;
          break;
        }
        Base = Incoming;
      }
      // A base defined on one way in only, next to an operand that has none (null, a local).
      if (Base && !Conflict && !DT.dominates(Base, cast<Instruction>(Join)))
        Conflict = true;
      State New = Conflict ? State::Conflict : Base ? State::Base : State::Unknown;
      if (New != N.S) {
        N.S = New;
        N.Base = Conflict ? nullptr : Base;
        Changed = true;
      }
    }
  }
}

void BasePointers::findOwnBases(const DominatorTree &DT) {
  for (auto &[Join, N] : Nodes) {
    // Not reached by any base: a cycle of joins in dead code. Its own base is always right.
    if (N.S == State::Unknown)
      N.S = State::Conflict;
    N.IsOwnBase = N.S == State::Conflict;
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (auto &[Join, N] : Nodes) {
      if (!N.IsOwnBase)
        continue;
      auto *Phi = dyn_cast<PHINode>(Join);
      N.IsOwnBase = all_of(enumerate(choices(Join)), [&](auto Operand) {
        Value *Choice = Operand.value();
        if (Values.carry(Choice) == Carry::Nothing)
          return true;
        auto It = Nodes.find(Choice);
        if (It == Nodes.end() ? stripDerivation(Choice) == Choice : It->second.IsOwnBase)
          return true;
        const Instruction *Where =
            Phi ? Phi->getIncomingBlock(Operand.index())->getTerminator() : cast<Instruction>(Join);
        return isAccessedBefore(*Choice, *Where, DT);
      });
      Changed |= !N.IsOwnBase;
    }
  }
}

/// The base of a scalar, once all nodes have one.
Value *BasePointers::baseOf(Value *V) const {
  Value *Start = stripDerivation(V);
  auto It = Nodes.find(Start);
  if (It == Nodes.end() || It->second.IsOwnBase)
    return Start;
  Value *Base = It->second.Base;
  if (It->second.S == State::Conflict)
    return Base;
  // The one base may be a join in conflict, whose own base is another value.
  It = Nodes.find(Base);
  return It == Nodes.end() || It->second.IsOwnBase ? Base : It->second.Base;
}

void BasePointers::insertBases() {
  for (auto &[Join, N] : Nodes) {
    if (N.S != State::Conflict || N.IsOwnBase)
      continue;
    auto *I = cast<Instruction>(Join);
    if (auto *Phi = dyn_cast<PHINode>(I)) {
      N.Base = PHINode::Create(Phi->getType(), Phi->getNumIncomingValues(),
                               Phi->getName() + ".base", Phi->getIterator());
    } else {
      auto *Select = cast<SelectInst>(I);
      Value *Null = Constant::getNullValue(Select->getType());
      N.Base = SelectInst::Create(Select->getCondition(), Null, Null, Select->getName() + ".base",
                                  Select->getIterator());
    }
    cast<Instruction>(N.Base)->setDebugLoc(I->getDebugLoc());
    Inserted[N.Base] = Values.carry(Join);
  }

  auto BaseAs = [&](Value *Choice, Type *Ty, Instruction *Before) -> Value * {
    if (Values.carry(Choice) == Carry::Nothing)
      return Constant::getNullValue(Ty);
    Value *Base = baseOf(Choice);
    if (Base->getType() == Ty)
      return Base;
    IRBuilder<> Builder(Before);
    return Ty->isPointerTy() ? Builder.CreateIntToPtr(Base, Ty) : Builder.CreatePtrToInt(Base, Ty);
  };
  for (auto &[Join, N] : Nodes) {
    if (N.S != State::Conflict || N.IsOwnBase)
      continue;
    if (auto *Phi = dyn_cast<PHINode>(Join)) {
      auto *Base = cast<PHINode>(N.Base);
      for (unsigned I = 0; I != Phi->getNumIncomingValues(); ++I) {
        BasicBlock *From = Phi->getIncomingBlock(I);
        // Several edges from one block must agree.
        int Index = Base->getBasicBlockIndex(From);
        Value *V = Index >= 0
                       ? Base->getIncomingValue(Index)
                       : BaseAs(Phi->getIncomingValue(I), Base->getType(), From->getTerminator());
        Base->addIncoming(V, From);
      }
    } else {
      auto *Base = cast<SelectInst>(N.Base);
      Base->setTrueValue(BaseAs(cast<SelectInst>(Join)->getTrueValue(), Base->getType(), Base));
      Base->setFalseValue(BaseAs(cast<SelectInst>(Join)->getFalseValue(), Base->getType(), Base));
    }
  }
}

/// Adds the roots of a vector or aggregate that is put together in registers.
void BasePointers::collectParts(Value *V, SmallVectorImpl<Value *> &Roots, unsigned Depth) {
  if (Values.carry(V) == Carry::Nothing)
    return;
  Value *Start = stripDerivation(V);
  if (isWord(Start->getType())) {
    if (Values.isCandidate(V))
      Roots.push_back(baseOf(Start));
    return;
  }
  auto *I = dyn_cast<Instruction>(Start);
  if (I && Depth < MaxParts && isa<InsertElementInst, InsertValueInst, ShuffleVectorInst>(I)) {
    collectParts(I->getOperand(0), Roots, Depth + 1);
    collectParts(I->getOperand(1), Roots, Depth + 1);
    return;
  }
  Roots.push_back(Start);
}

ArrayRef<Value *> BasePointers::roots(Value *V) {
  if (auto It = Inserted.find(V); It != Inserted.end()) {
    auto &Roots = Cache[V];
    if (Roots.empty())
      Roots.push_back(V);
    return Roots;
  }
  if (!isa<Instruction, Argument>(V) || !Values.isCandidate(V))
    return {};
  if (auto It = Cache.find(V); It != Cache.end())
    return It->second;
  SmallVector<Value *, 8> Roots;
  collectParts(V, Roots, 0);
  if (Roots.size() > MaxParts)
    Roots.assign(1, V);
  auto &Entry = Cache[V];
  for (Value *Root : Roots)
    if (!is_contained(Entry, Root))
      Entry.push_back(Root);
  return Entry;
}

bool BasePointers::isExact(const Value *Root) const {
  if (!Root->getType()->isPointerTy())
    return false;
  auto It = Inserted.find(Root);
  return (It == Inserted.end() ? Values.carry(Root) : It->second) == Carry::Address;
}

} // namespace tricolor
