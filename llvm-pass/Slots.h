//===- llvm-pass/Slots.h - Places in the frame for scalar roots ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A root that is live across a call is stored in a slot: an alloca that only the maps read. The value
// itself stays wherever the register allocator wants it.
//
// It is stored once, as late as every call that lists it allows without entering a loop: ways through the
// function that make no call store nothing. Cold calls (polls, ways that end in a throw) do not count: what
// is not stored yet is stored right before them.
//
// Roots that are never live at the same time share a slot: a slot is taken from the definition of its
// root to the last call that lists it, and SSA liveness gives the conflicts.
//
// Invariant: at every call that lists a root, the last store to its slot was of that root.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_SLOTS_H
#define TRICOLOR_LLVM_PASS_SLOTS_H

#include "Liveness.h"
#include "RootBundle.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"

#include <utility>

namespace llvm {
class AllocaInst;
class CallBase;
class DominatorTree;
class Function;
class Instruction;
class LoopInfo;
} // namespace llvm

namespace tricolor {

class Slots {
public:
  Slots(llvm::Function &F, BasePointers &Bases, Liveness &Live);

  /// A call lists a root.
  void need(unsigned Root, llvm::CallBase &Call);
  /// A needed root is live where another one is defined; may be called for any pair.
  bool needsAny() const { return Needed.any(); }
  void noteConflicts(unsigned Root, const llvm::BitVector &LiveThere);

  /// Creates the slots and the stores; splits critical edges behind invokes. After this the needs are
  /// fixed and list() may be called.
  void create(llvm::DominatorTree &DT);

  void list(unsigned Root, RootBundleWriter &Bundle) const;

private:
  struct Slot {
    llvm::AllocaInst *Memory = nullptr;
    bool Exact = false;
  };

  void assignWords();
  llvm::Instruction *definitionPoint(llvm::Value *Root, llvm::DominatorTree &DT);
  llvm::Instruction *storePoint(llvm::Value *Root, llvm::ArrayRef<llvm::CallBase *> Hot,
                                llvm::DominatorTree &DT, const llvm::LoopInfo &Loops);
  void findStores(unsigned Root, llvm::DominatorTree &DT, const llvm::LoopInfo &Loops);

  llvm::Function &F;
  BasePointers &Bases;
  Liveness &Live;
  llvm::BitVector Needed;
  llvm::SmallVector<Slot, 0> SlotOf;                                    ///< by root
  llvm::SmallVector<llvm::SmallVector<unsigned, 8>, 0> Conflicts;       ///< by root
  llvm::SmallVector<llvm::SmallVector<llvm::CallBase *, 4>, 0> CallsOf; ///< that list it, by root
  llvm::SmallVector<std::pair<llvm::Instruction *, unsigned>, 0>
      Stores; ///< before what, which root
  size_t NumConflicts = 0;
  bool ReturnsTwice;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_SLOTS_H
