//===- llvm-pass/StackMemory.cpp - Writes to a function's own frame -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "StackMemory.h"
#include "AccessTypes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

/// The variables that a pointer may lead into, if it certainly leads into the frame; else none.
SmallVector<const Value *, 2> variablesOf(const Value &Pointer) {
  // Longer chains of phis are not worth the time; giving up costs a barrier.
  constexpr unsigned MaxVisited = 64;
  SmallPtrSet<const Value *, 8> Visited;
  SmallVector<const Value *, 8> Worklist{&Pointer};
  SmallVector<const Value *, 2> Found;
  while (!Worklist.empty()) {
    const Value *V = Worklist.pop_back_val();
    if (!Visited.insert(V).second)
      continue;
    if (Visited.size() > MaxVisited)
      return {};
    const auto *Parameter = dyn_cast<Argument>(V);
    if (isa<AllocaInst>(V) || (Parameter && Parameter->hasByValAttr())) {
      Found.push_back(V);
    } else if (isa<UndefValue>(V)) { // poison too: no write happens through it
    } else if (const auto *GEP = dyn_cast<GEPOperator>(V)) {
      Worklist.push_back(GEP->getPointerOperand());
    } else if (isa<BitCastOperator, AddrSpaceCastOperator, FreezeInst>(V)) {
      Worklist.push_back(cast<User>(V)->getOperand(0));
    } else if (const auto *Phi = dyn_cast<PHINode>(V)) {
      append_range(Worklist, Phi->incoming_values());
    } else if (const auto *Select = dyn_cast<SelectInst>(V)) {
      Worklist.push_back(Select->getTrueValue());
      Worklist.push_back(Select->getFalseValue());
    } else {
      return {};
    }
  }
  return Found;
}

/// How many uses of a variable are looked at. Higher: large functions have fewer barriers; lower: less compile time.
constexpr unsigned MaxUses = 1000;

/// On allocas as metadata, on arguments as an attribute.
constexpr StringLiteral PrivateMark = "frame-private";

bool mayBeCaptured(const Value &V) {
  return capturesAnything(PointerMayBeCaptured(
      &V, /*ReturnCaptures=*/false, CaptureComponents::Provenance, capturesAnything, MaxUses));
}

bool isMarkedPrivate(const Value &V) {
  if (const auto *A = dyn_cast<Argument>(&V))
    return A->getParent()->getAttributes().hasParamAttr(A->getArgNo(), PrivateMark);
  return cast<AllocaInst>(V).hasMetadata(PrivateMark);
}

} // namespace

bool isStackMemory(const Value &Pointer) { return !variablesOf(Pointer).empty(); }

bool showsObject(const Instruction &I, const Value &Stored) {
  return !isa<Constant>(Stored) && !isStackMemory(Stored) &&
         !(isa<StoreInst>(I) && accessType(I) == AccessType::Number);
}

void markPrivate(AllocaInst &Variable) {
  Variable.setMetadata(PrivateMark, MDNode::get(Variable.getContext(), {}));
}

void copyPrivateMark(const Argument &From, AllocaInst &To) {
  if (isMarkedPrivate(From))
    markPrivate(To);
}

Ground StackMemory::groundOf(const Value &Pointer) {
  SmallVector<const Value *, 2> Variables = variablesOf(Pointer);
  if (Variables.empty())
    return Ground::Other;
  bool Shared = any_of(Variables, [&](const Value *V) {
    auto [Known, New] = Captured.try_emplace(V, false);
    if (New)
      Known->second = !isMarkedPrivate(*V) && mayBeCaptured(*V);
    return Known->second;
  });
  return Shared ? Ground::Shared : Ground::Private;
}

void StackMemory::markPrivate() {
  for (auto [Variable, IsCaptured] : Captured) {
    if (IsCaptured)
      continue;
    auto *V = const_cast<Value *>(Variable);
    if (auto *A = dyn_cast<Argument>(V))
      A->getParent()->addParamAttr(A->getArgNo(), Attribute::get(V->getContext(), PrivateMark));
    else
      tricolor::markPrivate(*cast<AllocaInst>(V));
  }
}

} // namespace tricolor
