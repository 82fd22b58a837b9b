//===- llvm-pass/Derivations.h - Which pointer a pointer is derived from -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The verifier's own answer to which values may be pointers to objects, and to whether one keeps the
// object of another alive: `derives(V, B)` says that wherever V is live, B's latest value points into
// the object that V points into, or V's word is B's.
//
// Derivation is followed backward from V through address arithmetic and casts, and at phis and
// selects:
//   - B dominates the join from another block: every incoming value must derive from B;
//   - B is a join of the same block, or a select on the same condition: the incoming values must derive
//     pairwise.
// Cycles are taken to hold (the greatest solution): a pointer that runs round a loop derives from what
// it started from. SSA dominance makes "B's latest value" the one V was derived from.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_DERIVATIONS_H
#define TRICOLOR_LLVM_PASS_DERIVATIONS_H

#include "Candidates.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Dominators.h"

namespace llvm {
class Function;
class Instruction;
class Value;
} // namespace llvm

namespace tricolor {

class Derivations {
public:
  explicit Derivations(llvm::Function &F);

  /// Whether a value may be, or carry, the address of an object that it must keep alive.
  bool needsObject(const llvm::Value *V) const;

  /// The value whose object V's is, one step back; null if V starts a chain or is a join.
  const llvm::Value *step(const llvm::Value *V) const;

  bool derives(const llvm::Value *V, const llvm::Value *B);

private:
  using Pair = std::pair<const llvm::Value *, const llvm::Value *>;

  void findPointers();
  bool carries(const llvm::Value *V) const;
  bool mayPointToObject(const llvm::Instruction &I) const;
  bool derives(const llvm::Value *V, const llvm::Value *B, llvm::SetVector<Pair> &Open) const;
  bool dominatesFromElsewhere(const llvm::Value *B, const llvm::Instruction &Join) const;

  llvm::Function &F;
  llvm::DominatorTree DT;
  Candidates Values; ///< asked about integers, vectors and aggregates
  llvm::DenseSet<const llvm::Value *> Pointers;
  llvm::DenseMap<Pair, bool> Known;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_DERIVATIONS_H
