//===- llvm-pass/SlotContents.h - Which value a slot holds at a call ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A forward dataflow over the slots of a function: what the last store to a slot was of, on every way to
// a point. A slot is an alloca that is only stored to as a whole and listed in maps. A value that is
// defined again (a loop came round) is not what a slot has of it.
//
// For the verifier: it believes nothing that tricolor-statepoints noted while it placed the stores.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_SLOTCONTENTS_H
#define TRICOLOR_LLVM_PASS_SLOTCONTENTS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class AllocaInst;
class BasicBlock;
class CallBase;
class Function;
class Instruction;
class Value;
} // namespace llvm

namespace tricolor {

class SlotContents {
public:
  explicit SlotContents(const llvm::Function &F);

  bool isSlot(const llvm::Value *V) const { return Index.contains(V); }

  /// The content of a slot, null where it is not one and the same on every way.
  using Contents = llvm::function_ref<const llvm::Value *(const llvm::Value *Slot)>;
  /// Shows every call that can be reached, with what the slots hold at it. Block after block, in order.
  void visitCalls(llvm::function_ref<void(const llvm::CallBase &, Contents)> Visit) const;

private:
  using State = llvm::SmallVector<const llvm::Value *, 8>;

  void apply(const llvm::Instruction &I, State &S) const;

  const llvm::Function &F;
  llvm::DenseMap<const llvm::Value *, unsigned> Index;                       ///< of the slots
  llvm::DenseMap<const llvm::Value *, llvm::SmallVector<unsigned, 1>> Homes; ///< of stored values
  llvm::DenseMap<const llvm::BasicBlock *, State> Entry; ///< of blocks that are reached
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_SLOTCONTENTS_H
