//===- llvm-pass/BasePointers.h - The object that a derived pointer is of -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Maps each candidate to the values that a map must list to keep its object alive: its roots. For a
// scalar that is one value, its base: what a chain of GEPs, casts and offsets starts from. So field
// addresses stay folded into addressing modes, a pointer past the end keeps its object, and a map lists
// an object once. A vector or aggregate put together of scalars has the roots of its parts; one that
// comes from memory or a call is its own root.
//
// Phis and selects: a lattice (unknown < one base < conflict), as in RewriteStatepointsForGC. On conflict
// a phi or select of the bases is inserted next to the original, unless each operand already is its own
// base, or the program read or wrote through it: a pointer that is not past the end keeps its object itself.
// Then the original is the base. An operand that is no heap address leaves the others' base if that
// dominates the phi.
//
// Invariant: a root dominates every value that it is a root of.
//
// Changes the function (inserts phis, selects and casts between i64 and ptr), never its control flow.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BASEPOINTERS_H
#define TRICOLOR_LLVM_PASS_BASEPOINTERS_H

#include "Candidates.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class DominatorTree;
class Function;
class Instruction;
class Value;
} // namespace llvm

namespace tricolor {

class BasePointers {
public:
  BasePointers(llvm::Function &F, const Candidates &Values, const llvm::DominatorTree &DT);

  /// The roots of a value; empty for what is no candidate.
  llvm::ArrayRef<llvm::Value *> roots(llvm::Value *V);

  /// Whether the root's word surely is a pointer (or null), not merely may be one.
  bool isExact(const llvm::Value *Root) const;

private:
  enum class State : uint8_t { Unknown, Base, Conflict };
  struct Node {
    State S = State::Unknown;
    llvm::Value *Base =
        nullptr;            ///< in state Base: the base; in Conflict, once inserted: the new value
    bool IsOwnBase = false; ///< in Conflict: the original is its own base
  };

  void solve(llvm::Function &F, const llvm::DominatorTree &DT);
  void findOwnBases(const llvm::DominatorTree &DT);
  void insertBases();
  bool isJoin(const llvm::Value *V) const;
  llvm::Value *stripDerivation(llvm::Value *V) const;
  llvm::Value *baseOf(llvm::Value *V) const;
  void collectParts(llvm::Value *V, llvm::SmallVectorImpl<llvm::Value *> &Roots, unsigned Depth);

  const Candidates &Values;
  llvm::MapVector<llvm::Value *, Node> Nodes; ///< scalar phis and selects
  llvm::DenseMap<const llvm::Value *, Carry> Inserted;
  llvm::DenseMap<const llvm::Value *, llvm::SmallVector<llvm::Value *, 1>> Cache;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BASEPOINTERS_H
