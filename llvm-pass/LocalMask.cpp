//===- llvm-pass/LocalMask.cpp - Which words of a local variable may hold pointers --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "LocalMask.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DerivedTypes.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr uint64_t WordBytes = 8;

/// Variables up to this many bytes are looked at word by word. A larger one is trusted if its type may
/// hold pointers, and tolerant as a whole if a use contradicts a type that may not.
constexpr uint64_t MaxFlatBytes = 4096;

/// Types that SROA makes of unions with pointers: the member with the largest alignment names a union's
/// storage, and what is aligned like a pointer and is no integer is one of these.
bool mayHideUnion(Type *Ty) {
  if (Ty->isDoubleTy() || Ty->isX86_FP80Ty() || Ty->isFP128Ty() || Ty->isVectorTy())
    return true;
  if (auto *ATy = dyn_cast<ArrayType>(Ty))
    return mayHideUnion(ATy->getElementType());
  if (auto *STy = dyn_cast<StructType>(Ty))
    return STy->isLiteral() && any_of(STy->elements(), mayHideUnion);
  return false;
}

} // namespace

LocalMask::LocalMask(Type *Ty, const DataLayout &DL)
    : OfType(pointerMask(Ty, DL)), MayHideUnion(mayHideUnion(Ty)) {
  OfType.Bytes = DL.getTypeAllocSize(Ty).getFixedValue();
  Flat = OfType.Bytes <= MaxFlatBytes;
  if (Flat)
    OfType.flatten(Exact, Tolerant);
}

void LocalMask::access(std::optional<uint64_t> Offset, uint64_t Bytes, AccessKind Kind) {
  if (!Flat) {
    AllTolerant |= Kind != AccessKind::Number && !OfType.mayHoldPointers();
    return;
  }
  uint64_t First = 0, End = Exact.size();
  if (Offset) {
    First = std::min(*Offset / WordBytes, End);
    End = std::min(std::max(First, divideCeil(*Offset + Bytes, WordBytes)), End);
  } else if (Kind == AccessKind::Number) {
    return;
  }
  for (uint64_t Word = First; Word < End; ++Word) {
    bool WasExact = Exact.test(Word);
    if (Kind != AccessKind::Pointer)
      Exact.reset(Word);
    if (WasExact ? Kind != AccessKind::Pointer : Kind != AccessKind::Number)
      Tolerant.set(Word);
  }
}

void LocalMask::copyTo(std::optional<uint64_t> Offset, uint64_t Bytes) {
  if (MayHideUnion)
    access(Offset, Bytes, AccessKind::Pointer);
}

PointerMask LocalMask::mask() const {
  if (AllTolerant)
    return tolerantMask(OfType.Bytes);
  if (!Flat)
    return OfType;
  PointerMask Same = OfType;
  BitVector SameExact, SameTolerant;
  Same.flatten(SameExact, SameTolerant);
  if (SameExact == Exact && SameTolerant == Tolerant)
    return OfType; // keeps the short form of arrays
  PointerMask Result;
  Result.Bytes = OfType.Bytes;
  Result.HasUnaligned = OfType.HasUnaligned;
  BitVector Any = Exact;
  Any |= Tolerant;
  int First = Any.find_first(), Last = Any.find_last();
  if (First < 0)
    return Result;
  PointerSegment Segment;
  Segment.Offset = static_cast<uint64_t>(First) * WordBytes;
  Segment.Exact.resize(Last - First + 1);
  Segment.Tolerant.resize(Last - First + 1);
  for (int Word = First; Word <= Last; ++Word) {
    if (Exact.test(Word))
      Segment.Exact.set(Word - First);
    if (Tolerant.test(Word))
      Segment.Tolerant.set(Word - First);
  }
  Result.Segments.push_back(std::move(Segment));
  return Result;
}

} // namespace tricolor
