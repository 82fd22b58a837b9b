//===- llvm-pass/Candidates.h - Which values may carry a managed pointer ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Optimized C++ moves pointers as i64, as vectors and as aggregates. This analysis says for each SSA
// value of one function whether it may carry a pointer into the heap. It is optimistic: every value
// starts as "carries none" and rises while some operand makes it rise, so that loop counters and
// differences of pointers stay out.
//
// An integer counts only if what it carries can come to be used as a pointer again: one that is merely
// compared, scaled, shifted or used as an index is not demanded, and does not. Floating point and vectors
// of small numbers count where they are moved: stored, passed, returned or reinterpreted (a union's word,
// a struct that is copied); what is computed from them is a number.
//
// Not seen, by design: a pointer that the program hides in fewer than 64 bits or behind arithmetic that
// find_object cannot undo (compressed, xor-linked, multiplied).
//
// Build it after all other changes to the function; values created later are unknown to it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_CANDIDATES_H
#define TRICOLOR_LLVM_PASS_CANDIDATES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <cstdint>

namespace llvm {
class DataLayout;
class Function;
class Instruction;
class Type;
class Value;
} // namespace llvm

namespace tricolor {

/// What a value may carry, in the order in which the analysis raises it.
enum class Carry : uint8_t {
  Nothing, ///< no pointer into the heap: an integer, or the address of a local, a global, a function
  Address, ///< the address of an object, with or without an offset (made from a pointer)
  Maybe,   ///< a word that may be one
};

/// Whether a type's values can carry a pointer at all: ptr, i64 and wider, vectors and aggregates of
/// them; and 64-bit or wider values of other types, which can carry one only while they are moved.
bool canCarryPointer(llvm::Type *Ty, const llvm::DataLayout &DL);

class Candidates {
public:
  explicit Candidates(llvm::Function &F);

  Carry carry(const llvm::Value *V) const;
  /// Whether the value is to be described while it is live.
  bool isCandidate(const llvm::Value *V) const;

private:
  Carry transfer(const llvm::Instruction &I) const;
  void raiseAll();
  void findDemand();

  llvm::Function &F;
  const llvm::DataLayout &DL;
  llvm::DenseMap<const llvm::Value *, Carry> Carries; ///< instructions above Nothing
  llvm::DenseSet<const llvm::Value *> Demanded;       ///< integers and opaque values only
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_CANDIDATES_H
