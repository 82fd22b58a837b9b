//===- llvm-pass/PointerMask.cpp - Which words of an IR type may hold pointers ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A type of at most FlatWords words becomes one pair of bit sets. A larger one is taken apart: an array
// becomes one segment that repeats (never O(n)), a struct the sequence of its fields, neighbours that
// are small gathered in one segment.
//
//===------------------------------------------------------------------------------------------===//

#include "PointerMask.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/DerivedTypes.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr uint64_t WordBytes = 8;

/// Types up to this many words are described bit by bit. Higher: larger masks in every map that lists
/// such a local; lower: structs of that size fall into several segments, one entry each.
constexpr uint64_t FlatWords = 512;

/// Arrays longer than this repeat their element's sets instead of spelling all words out. Below it the
/// spelled-out form is not longer.
constexpr uint64_t SpelledOutWords = 32;

/// An array of elements that are themselves too large for one pair of sets is taken apart element by
/// element up to this count, beyond it all its words are tolerant.
constexpr uint64_t MaxUnrolledElements = 64;

/// A union, by the name clang gives its type.
bool isUnion(const StructType &STy) { return STy.hasName() && STy.getName().starts_with("union."); }

/// Character storage: an array, of any dimension, of i8.
bool isCharacterStorage(Type *Ty) {
  auto *ATy = dyn_cast<ArrayType>(Ty);
  if (!ATy)
    return false;
  while (auto *Inner = dyn_cast<ArrayType>(ATy->getElementType()))
    ATy = Inner;
  return ATy->getElementType()->isIntegerTy(8);
}

bool isManagedPointer(Type *Ty) {
  auto *PTy = dyn_cast<PointerType>(Ty);
  return PTy && PTy->getAddressSpace() == 0;
}

/// Whether a struct without a name shows its 64-bit floating point as what may be a pointer.
bool isTolerantDouble(Type *Ty, bool InLiteralStruct) {
  return InLiteralStruct && Ty->isDoubleTy();
}

bool mayHold(Type *Ty, const DataLayout &DL, bool InLiteralStruct) {
  if (isManagedPointer(Ty) || isTolerantDouble(Ty, InLiteralStruct))
    return true;
  if (auto *ITy = dyn_cast<IntegerType>(Ty))
    return ITy->getBitWidth() >= 64;
  if (auto *VTy = dyn_cast<FixedVectorType>(Ty))
    return VTy->getNumElements() > 0 && mayHold(VTy->getElementType(), DL, false);
  if (auto *ATy = dyn_cast<ArrayType>(Ty)) {
    if (ATy->getNumElements() == 0)
      return false;
    if (isCharacterStorage(ATy))
      return DL.getTypeStoreSize(ATy).getFixedValue() >= WordBytes;
    return mayHold(ATy->getElementType(), DL, InLiteralStruct);
  }
  if (auto *STy = dyn_cast<StructType>(Ty)) {
    if (STy->isOpaque())
      return false;
    if (isUnion(*STy))
      return DL.getTypeStoreSize(STy).getFixedValue() >= WordBytes;
    return any_of(STy->elements(),
                  [&](Type *Element) { return mayHold(Element, DL, STy->isLiteral()); });
  }
  return false;
}

class MaskBuilder {
public:
  MaskBuilder(const DataLayout &DL, PointerMask &Mask) : DL(DL), Mask(Mask) {}

  void build(Type *Ty) {
    visit(Ty, 0, /*InLiteralStruct=*/false);
    flush();
  }

private:
  uint64_t bytes(Type *Ty) const { return DL.getTypeStoreSize(Ty).getFixedValue(); }
  uint64_t stride(Type *Ty) const { return DL.getTypeAllocSize(Ty).getFixedValue(); }

  void visit(Type *Ty, uint64_t Offset, bool InLiteralStruct) {
    if (!mayHold(Ty, DL, InLiteralStruct))
      return;
    if (isManagedPointer(Ty)) {
      if (Offset % WordBytes != 0)
        Mask.HasUnaligned = true;
      else
        note(Offset, WordKind::Exact);
      return;
    }
    if (Ty->isIntegerTy() || Ty->isDoubleTy()) {
      tolerate(Offset, std::max<uint64_t>(bytes(Ty), WordBytes));
      return;
    }
    if (auto *VTy = dyn_cast<FixedVectorType>(Ty)) {
      // Lanes lie without padding; pointers and i64 are whole words, wider integers whole words too.
      if (isManagedPointer(VTy->getElementType()) && Offset % WordBytes == 0) {
        for (unsigned Lane = 0; Lane != VTy->getNumElements(); ++Lane)
          note(Offset + Lane * WordBytes, WordKind::Exact);
        return;
      }
      tolerate(Offset, bytes(VTy));
      return;
    }
    if (auto *ATy = dyn_cast<ArrayType>(Ty)) {
      if (isCharacterStorage(ATy))
        tolerate(Offset, bytes(ATy));
      else
        visitArray(*ATy, Offset, InLiteralStruct);
      return;
    }
    auto *STy = cast<StructType>(Ty);
    if (isUnion(*STy)) {
      tolerate(Offset, bytes(STy));
      return;
    }
    const StructLayout &Layout = *DL.getStructLayout(STy);
    for (unsigned I = 0; I != STy->getNumElements(); ++I)
      visit(STy->getElementType(I), Offset + Layout.getElementOffset(I).getFixedValue(),
            STy->isLiteral());
  }

  void visitArray(ArrayType &ATy, uint64_t Offset, bool InLiteralStruct) {
    Type *Element = ATy.getElementType();
    uint64_t Stride = stride(Element), Count = ATy.getNumElements();
    if (Stride % WordBytes != 0 || Offset % WordBytes != 0) {
      // A packed element: its pointers wander through the words.
      Mask.HasUnaligned = true;
      tolerate(Offset, Stride * Count);
      return;
    }
    uint64_t ElementWords = Stride / WordBytes;
    if (Count == 1 || ElementWords * Count <= SpelledOutWords) {
      for (uint64_t I = 0; I != Count; ++I)
        visit(Element, Offset + I * Stride, InLiteralStruct);
      return;
    }
    if (ElementWords <= FlatWords) {
      // One element on its own, without trimming: its length is the stride.
      PointerMask One;
      MaskBuilder Builder(DL, One);
      Builder.visit(Element, 0, InLiteralStruct);
      Builder.flush();
      Mask.HasUnaligned |= One.HasUnaligned;
      if (!One.mayHoldPointers())
        return;
      flush();
      One.Bytes = Stride;
      PointerSegment Segment;
      Segment.Offset = Offset;
      Segment.Count = Count;
      One.flatten(Segment.Exact, Segment.Tolerant);
      if (Segment.words() > 1 && Segment.Exact.none() && Segment.Tolerant.all()) {
        Segment.Count *= Segment.words();
        Segment.Exact = BitVector(1);
        Segment.Tolerant = BitVector(1, true);
      }
      Mask.Segments.push_back(std::move(Segment));
      return;
    }
    if (Count <= MaxUnrolledElements) {
      for (uint64_t I = 0; I != Count; ++I)
        visit(Element, Offset + I * Stride, InLiteralStruct);
      return;
    }
    tolerate(Offset, Stride * Count);
  }

  enum class WordKind : uint8_t { Exact, Tolerant };

  /// Adds a word to the open segment, opening another one if it would grow too long.
  void note(uint64_t Offset, WordKind Kind) {
    if (Open && (Offset < First || (Offset - First) / WordBytes >= FlatWords))
      flush();
    if (!Open) {
      Open = true;
      First = Offset;
    }
    uint64_t Word = (Offset - First) / WordBytes;
    if (Word >= Exact.size()) {
      Exact.resize(Word + 1);
      Tolerant.resize(Word + 1);
    }
    (Kind == WordKind::Exact ? Exact : Tolerant).set(Word);
  }

  /// Whole words within [Offset, Offset + Bytes) become tolerant.
  void tolerate(uint64_t Offset, uint64_t Bytes) {
    uint64_t Begin = alignTo(Offset, WordBytes), End = alignDown(Offset + Bytes, WordBytes);
    if (Begin >= End)
      return;
    uint64_t Count = (End - Begin) / WordBytes;
    if (Count <= SpelledOutWords) {
      for (uint64_t I = 0; I != Count; ++I)
        note(Begin + I * WordBytes, WordKind::Tolerant);
      return;
    }
    flush();
    PointerSegment Segment;
    Segment.Offset = Begin;
    Segment.Count = Count;
    Segment.Exact = BitVector(1);
    Segment.Tolerant = BitVector(1, true);
    Mask.Segments.push_back(std::move(Segment));
  }

  void flush() {
    if (!Open)
      return;
    PointerSegment Segment;
    Segment.Offset = First;
    Segment.Exact = std::move(Exact);
    Segment.Tolerant = std::move(Tolerant);
    Mask.Segments.push_back(std::move(Segment));
    Exact = BitVector();
    Tolerant = BitVector();
    Open = false;
  }

  const DataLayout &DL;
  PointerMask &Mask;
  bool Open = false;
  uint64_t First = 0; ///< byte offset of the open segment's first word
  BitVector Exact, Tolerant;
};

} // namespace

void PointerMask::flatten(BitVector &Exact, BitVector &Tolerant) const {
  uint64_t Words = divideCeil(Bytes, WordBytes);
  Exact = BitVector(Words);
  Tolerant = BitVector(Words);
  for (const PointerSegment &Segment : Segments)
    for (uint64_t Element = 0; Element != Segment.Count; ++Element) {
      uint64_t First = Segment.Offset / WordBytes + Element * Segment.words();
      for (unsigned Bit : Segment.Exact.set_bits())
        Exact.set(First + Bit);
      for (unsigned Bit : Segment.Tolerant.set_bits())
        Tolerant.set(First + Bit);
    }
}

bool mayHoldPointers(Type *Ty, const DataLayout &DL) {
  return Ty->isSized() && mayHold(Ty, DL, false);
}

PointerMask pointerMask(Type *Ty, const DataLayout &DL) {
  PointerMask Mask;
  if (!Ty->isSized())
    return Mask;
  Mask.Bytes = DL.getTypeStoreSize(Ty).getFixedValue();
  if (mayHold(Ty, DL, false))
    MaskBuilder(DL, Mask).build(Ty);
  return Mask;
}

PointerMask tolerantMask(uint64_t Bytes) {
  PointerMask Mask;
  Mask.Bytes = Bytes;
  uint64_t Words = Bytes / WordBytes;
  if (Words == 0)
    return Mask;
  PointerSegment Segment;
  Segment.Count = Words;
  Segment.Exact = BitVector(1);
  Segment.Tolerant = BitVector(1, true);
  Mask.Segments.push_back(std::move(Segment));
  return Mask;
}

} // namespace tricolor
