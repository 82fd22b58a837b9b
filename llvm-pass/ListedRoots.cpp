//===- llvm-pass/ListedRoots.cpp - What one call's map lists -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "ListedRoots.h"

#include "RootBundle.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr uint64_t WordBytes = 8;

bool isFrameMemory(const Value *V) {
  if (auto *A = dyn_cast<Argument>(V))
    return A->hasByValAttr();
  return isa<AllocaInst>(V);
}

/// The operands of a bundle, one after the other.
class OperandReader {
public:
  explicit OperandReader(const OperandBundleUse &Bundle) : Inputs(Bundle.Inputs) {}

  bool atEnd() const { return Next == Inputs.size(); }
  const Value *value() { return Inputs[Next++].get(); }

  std::optional<uint32_t> number() {
    if (atEnd())
      return std::nullopt;
    auto *C = dyn_cast<ConstantInt>(Inputs[Next]);
    if (!C || !C->getType()->isIntegerTy(32))
      return std::nullopt;
    ++Next;
    return static_cast<uint32_t>(C->getZExtValue());
  }

private:
  ArrayRef<Use> Inputs;
  size_t Next = 0;
};

} // namespace

bool ListedRoots::hasMap(const CallBase &Call) {
  auto Bundle = Call.getOperandBundle(LLVMContext::OB_deopt);
  if (!Bundle || Bundle->Inputs.empty())
    return false;
  auto *Header = dyn_cast<ConstantInt>(Bundle->Inputs.front());
  return Header && Header->getType()->isIntegerTy(32) && Header->equalsInt(RootBundleHeader);
}

ListedRoots::ListedRoots(const CallBase &Call) {
  OperandReader Reader(*Call.getOperandBundle(LLVMContext::OB_deopt));
  Reader.number(); // the header
  while (!Reader.atEnd()) {
    std::optional<uint32_t> Head = Reader.number();
    if (!Head) {
      Problem = "a group of its map does not begin with a number";
      return;
    }
    auto Kind = static_cast<RootGroup>(*Head & 0xff);
    unsigned NumParameters = Kind == RootGroup::Range || Kind == RootGroup::Mask ? 2
                             : Kind == RootGroup::Repeat                         ? 3
                                                                                 : 0;
    SmallVector<uint32_t, 3> Parameters;
    while (Parameters.size() != NumParameters)
      if (auto Number = Reader.number())
        Parameters.push_back(*Number);
      else
        break;
    Segment S{0, 1, 1, {}, Kind == RootGroup::Slots ? 1U : 0U};
    bool Complete = Parameters.size() == NumParameters;
    if (Complete && NumParameters != 0) {
      S.Offset = Parameters.front();
      S.Count = Kind == RootGroup::Mask ? 1 : Parameters[1];
      S.Words = Kind == RootGroup::Range ? 1 : Parameters.back();
      if (Kind != RootGroup::Range) {
        uint64_t Chunks = divideCeil(S.Words, 32);
        S.Set.resize(Chunks);
        for (uint64_t I = 0; Complete && I != 2 * Chunks; ++I) {
          auto Chunk = Reader.number();
          Complete = Chunk.has_value();
          if (Complete) {
            S.Set[I % Chunks] |= *Chunk;
            S.Exact += I < Chunks ? popcount(*Chunk) : 0;
          }
        }
      }
    }
    if (!Complete) {
      Problem = "a group of its map is cut short";
      return;
    }
    if (Kind == RootGroup::Frame)
      WholeFrame = true;
    for (uint32_t Left = *Head >> 8; Left != 0; --Left) {
      if (Reader.atEnd()) {
        Problem = "its map is cut short";
        return;
      }
      const Value *V = Reader.value();
      // A variable may be listed by another name (Statepoints.cpp).
      if (auto *Name = dyn_cast<IntrinsicInst>(V);
          Name && Kind != RootGroup::Values &&
          Name->getIntrinsicID() == Intrinsic::launder_invariant_group)
        V = Name->getArgOperand(0);
      if (!isFrameMemory(V)) {
        Values.push_back(V);
        continue;
      }
      auto &Of = Segments[V];
      if (Of.empty())
        Memory.push_back(V);
      Of.push_back(S);
    }
  }
}

bool ListedRoots::lists(const Value *V, uint64_t First, uint64_t Count) const {
  auto It = Segments.find(V);
  if (It == Segments.end())
    return false;
  auto Lists = [&](uint64_t Word) {
    return any_of(It->second, [&](const Segment &S) {
      uint64_t Begin = S.Offset / WordBytes;
      if (Word < Begin || Word - Begin >= S.Count * S.Words)
        return false;
      uint64_t Bit = (Word - Begin) % S.Words;
      return S.Set.empty() || (S.Set[Bit / 32] >> Bit % 32 & 1) != 0;
    });
  };
  for (uint64_t Word = First; Word != First + Count; ++Word)
    if (!Lists(Word))
      return false;
  return true;
}

std::pair<uint64_t, uint64_t> ListedRoots::countWords(const Value *V) const {
  uint64_t Exact = 0, Tolerant = 0;
  if (auto It = Segments.find(V); It != Segments.end())
    for (const Segment &S : It->second) {
      uint64_t Words = S.Set.empty() ? S.Words : 0;
      for (uint32_t Chunk : S.Set)
        Words += popcount(Chunk);
      Exact += S.Count * S.Exact;
      Tolerant += S.Count * (Words - S.Exact);
    }
  return {Exact, Tolerant};
}

} // namespace tricolor
