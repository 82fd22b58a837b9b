//===- llvm-pass/PointerMask.h - Which words of an IR type may hold pointers --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The memory of an IR type, seen as 8-byte words: a word holds exactly a pointer, or may hold one
// (tolerant), or does not hold one. Shared by the stack maps (allocas) and the globals table, so
// that both sides of a copy between the stack and a global agree.
//
// Rules. Exact: `ptr` in address space 0 at a multiple of 8. Tolerant: every word that integers of 64
// bits or more touch (std::atomic<T*> is one), character storage (arrays of i8), vectors of 64-bit
// integers, every word of a union (a struct named `union.*`), and 64-bit floating point in a struct
// without a name (what clang and SROA make of unions and of values passed in registers). None: smaller
// integers, floating point, x86_fp80, pointers of other address spaces.
//
// Invariants: segments do not overlap, are sorted by offset, and every offset is a multiple of 8;
// Exact and Tolerant are disjoint and have Words bits; a segment has at least one bit set. A pointer
// that lies across two words (a packed struct) cannot be described: HasUnaligned says so.
//
// Pure functions of a type and a data layout; any pass may call them at any time.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_POINTERMASK_H
#define TRICOLOR_LLVM_PASS_POINTERMASK_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace llvm {
class DataLayout;
class Type;
} // namespace llvm

namespace tricolor {

/// `Count` times `Words` words, one after the other, all with the same sets, from `Offset` bytes.
/// Trailing words without pointers are part of an element (it is a stride), except in the last one.
struct PointerSegment {
  uint64_t Offset = 0;
  uint64_t Count = 1;
  llvm::BitVector Exact;    ///< word i of an element holds exactly a pointer
  llvm::BitVector Tolerant; ///< word i of an element may hold one

  unsigned words() const { return Exact.size(); }
  uint64_t totalWords() const { return Count * words(); }
  /// One tolerant word an element: what RANGE in a root list and stride 0 in a global record say.
  bool isRange() const { return words() == 1 && Tolerant.test(0); }
};

struct PointerMask {
  llvm::SmallVector<PointerSegment, 1> Segments;
  uint64_t Bytes = 0;        ///< store size of the type
  bool HasUnaligned = false; ///< a pointer not at a multiple of 8 exists and is not described

  bool mayHoldPointers() const { return !Segments.empty(); }
  /// All described words as one flat pair of sets over ceil(Bytes / 8) words. Only for types small
  /// enough to be worth it: the caller checks Bytes first.
  void flatten(llvm::BitVector &Exact, llvm::BitVector &Tolerant) const;
};

/// The mask of a type as it lies in memory at an address that is a multiple of 8.
PointerMask pointerMask(llvm::Type *Ty, const llvm::DataLayout &DL);

/// Whether any word may hold a pointer; never builds a mask.
bool mayHoldPointers(llvm::Type *Ty, const llvm::DataLayout &DL);

/// Every word of `Bytes` bytes tolerant: memory of unknown layout.
PointerMask tolerantMask(uint64_t Bytes);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_POINTERMASK_H
