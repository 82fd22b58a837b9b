//===- llvm-pass/SlotContents.cpp - Which value a slot holds at a call -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "SlotContents.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace tricolor {
namespace {

bool isOnlyStoredAndListed(const AllocaInst &A) {
  bool Listed = false;
  for (const Use &U : A.uses()) {
    if (auto *Store = dyn_cast<StoreInst>(U.getUser());
        Store && U.getOperandNo() == StoreInst::getPointerOperandIndex())
      continue;
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !Call->isBundleOperand(&U))
      return false;
    Listed = true;
  }
  return Listed;
}

} // namespace

SlotContents::SlotContents(const Function &F) : F(F) {
  for (const Instruction &I : instructions(F))
    if (auto *A = dyn_cast<AllocaInst>(&I); A && isOnlyStoredAndListed(*A))
      Index.try_emplace(A, Index.size());
  for (auto [Slot, Number] : Index)
    for (const User *U : Slot->users())
      if (auto *Store = dyn_cast<StoreInst>(U); Store && isa<Instruction>(Store->getValueOperand()))
        Homes[Store->getValueOperand()].push_back(Number);
  if (Index.empty())
    return;

  ReversePostOrderTraversal<const Function *> Order(&F);
  Entry[&F.getEntryBlock()].resize(Index.size());
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : Order) {
      State S = Entry[BB];
      for (const Instruction &I : *BB)
        apply(I, S);
      for (const BasicBlock *Next : successors(BB)) {
        auto [It, New] = Entry.try_emplace(Next, S);
        Changed |= New;
        for (unsigned Slot = 0; !New && Slot != S.size(); ++Slot)
          if (It->second[Slot] && It->second[Slot] != S[Slot]) {
            It->second[Slot] = nullptr;
            Changed = true;
          }
      }
    }
  }
}

void SlotContents::apply(const Instruction &I, State &S) const {
  if (auto It = Homes.find(&I); It != Homes.end())
    for (unsigned Slot : It->second)
      if (S[Slot] == &I)
        S[Slot] = nullptr;
  if (auto *Store = dyn_cast<StoreInst>(&I))
    if (auto It = Index.find(Store->getPointerOperand()); It != Index.end())
      S[It->second] = Store->getValueOperand();
}

void SlotContents::visitCalls(function_ref<void(const CallBase &, Contents)> Visit) const {
  ReversePostOrderTraversal<const Function *> Order(&F);
  for (const BasicBlock *BB : Order) {
    State S;
    if (auto It = Entry.find(BB); It != Entry.end())
      S = It->second;
    auto Content = [&](const Value *Slot) -> const Value * {
      auto It = Index.find(Slot);
      return It == Index.end() ? nullptr : S[It->second];
    };
    for (const Instruction &I : *BB) {
      if (auto *Call = dyn_cast<CallBase>(&I))
        Visit(*Call, Content);
      apply(I, S);
    }
  }
}

} // namespace tricolor
