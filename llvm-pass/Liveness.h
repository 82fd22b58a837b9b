//===- llvm-pass/Liveness.h - Which roots are live after a call ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Classic backward liveness of SSA values, but of roots: a use of a value is a use of its roots, so a
// base is live while anything derived from it is. A root is live *after* a call if it is used on some
// way from there; what only the call itself uses is the callee's business.
//
// A function that calls setjmp has edges that the control flow graph does not show: whatever is live
// after the setjmp is live after every call that can be reached from it.
//
// Built once after BasePointers; knows roots by dense numbers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LIVENESS_H
#define TRICOLOR_LLVM_PASS_LIVENESS_H

#include "BasePointers.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class BasicBlock;
class CallBase;
class Function;
} // namespace llvm

namespace tricolor {

class Liveness {
public:
  Liveness(llvm::Function &F, BasePointers &Bases);

  unsigned numRoots() const { return Roots.size(); }
  llvm::Value *root(unsigned Index) const { return Roots[Index]; }

  /// The roots that a use of the value keeps alive.
  llvm::ArrayRef<unsigned> rootsUsedBy(llvm::Value *V) const;

  using CallVisitor = llvm::function_ref<void(llvm::CallBase &, const llvm::BitVector &LiveAfter)>;
  using DefVisitor = llvm::function_ref<void(unsigned Root, const llvm::BitVector &Live)>;
  /// Walks all code backward: shows every call with the roots live after it (its own result not among
  /// them), and every root where it is defined with the roots live there.
  void visit(CallVisitor OnCall, DefVisitor OnDefinition);

private:
  struct Block {
    llvm::BitVector LiveOut; ///< of roots that cross blocks, by crossing number
    llvm::BitVector Used;    ///< used before any definition in the block, its own phis excepted
    llvm::BitVector Defined;
  };

  void number();
  void solve();

  llvm::Function &F;
  BasePointers &Bases;
  llvm::SmallVector<llvm::Value *, 32> Roots;
  llvm::DenseMap<const llvm::Value *, unsigned> RootIndex;
  llvm::DenseMap<const llvm::Value *, llvm::SmallVector<unsigned, 1>> Uses;
  llvm::SmallVector<int, 32> CrossingIndex;      ///< by root; -1: lives within one block
  llvm::SmallVector<unsigned, 32> CrossingRoots; ///< the inverse
  Block &at(const llvm::BasicBlock *BB);
  llvm::SmallVector<Block, 0> Blocks; ///< by the number of the basic block
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LIVENESS_H
