//===- llvm-pass/Allocas.h - When a local variable is a root ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The memory of a function's frame that may hold pointers: static allocas and byval arguments. Each is
// listed at a call when
//   - it is within its lifetime there (llvm.lifetime markers; without any, the whole function), and
//   - it may be read from then on: the call gets its address, or the address has escaped, or some use can
//     still be reached without being overwritten as a whole first.
// A variable that is within its lifetime on some ways to the call and not on others is listed as
// tolerant: its memory may be another variable's.
//
// A word that may be listed before it is written is zeroed when the lifetime starts. Variables larger
// than MaxZeroedBytes are listed as tolerant instead, and not zeroed.
//
// Variables whose words hold no pointers (LocalMask.h) are never listed.
//
// Dynamic allocas that may hold pointers have no fixed place: such a function's calls list the
// whole frame.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ALLOCAS_H
#define TRICOLOR_LLVM_PASS_ALLOCAS_H

#include "Candidates.h"
#include "LocalMask.h"
#include "PointerMask.h"
#include "RootBundle.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <utility>

namespace llvm {
class AllocaInst;
class BasicBlock;
class CallBase;
class Function;
class Instruction;
class Type;
class Use;
class Value;
} // namespace llvm

namespace tricolor {

/// Locals above this many bytes are scanned as tolerant rather than zeroed. Higher: more stores at entry
/// of functions with large buffers; lower: stale words in such buffers retain objects more often.
constexpr uint64_t MaxZeroedBytes = 1024;

/// Moves the static allocas of the entry block to its beginning. What instruments functions puts calls
/// before them, at which a variable that is defined below cannot be listed; and a block that is split
/// between two of them would make the second one dynamic.
void gatherStaticAllocas(llvm::Function &F);

class Allocas {
public:
  Allocas(llvm::Function &F, const Candidates &Values);

  struct Local {
    llvm::Value *Memory = nullptr; ///< the alloca, or the byval argument
    PointerMask Mask;
    bool Captured = false;
    bool TooLargeToZero = false;
  };
  struct Listing {
    const Local *Variable;
    RootTrust Trust;
  };

  struct Listings {
    llvm::SmallVector<Listing, 4> Places;
    bool Complete = true; ///< otherwise the frame is to be described as a whole as well
  };

  /// What to list at each of the given calls (of this function), in the same order. When the lists grow
  /// longer than `Limit` in all, the rest is not complete.
  llvm::SmallVector<Listings, 0> listings(llvm::ArrayRef<llvm::CallBase *> Calls, size_t Limit);

  /// Zeroes what listings() found to be read before it is written. Call it after listings().
  void zero();

  /// Whether the function has dynamic allocas that may hold pointers.
  bool hasDynamicRoots() const { return DynamicRoots; }

private:
  /// What an instruction does to one variable. Write covers bytes [Offset, Offset + Bytes).
  struct Event {
    enum Kind : uint8_t { Start, End, Read, Overwrite, Write } What;
    unsigned Variable;
    uint64_t Offset = 0, Bytes = 0;
  };
  /// Sets over the variables, except Written: over all words of all variables (see FirstWord).
  struct Block {
    llvm::BitVector MayLiveIn, MustLiveIn; ///< lifetimes, forward
    llvm::BitVector ReadLater;             ///< at the block's end, backward
    llvm::BitVector WrittenIn;             ///< surely written words, forward
  };

  static unsigned trackedWords(const Local &L);
  void addVariable(llvm::Value &Memory, llvm::Type *Ty);
  void followUses(unsigned Variable);
  void noteUse(const llvm::Use &U, unsigned Variable, std::optional<uint64_t> Offset,
               llvm::SmallVectorImpl<std::pair<llvm::Value *, std::optional<uint64_t>>> &Derived);
  void noteAccess(unsigned Variable, std::optional<uint64_t> Offset, llvm::Type *Ty,
                  const llvm::Value *Written);
  void noteWrite(llvm::Instruction &I, unsigned Variable, std::optional<uint64_t> Offset,
                 uint64_t Bytes);
  void solveForward();
  void solveBackward();
  void applyForward(const llvm::Instruction &I, llvm::BitVector &May, llvm::BitVector &Must,
                    llvm::BitVector &Written) const;
  void applyBackward(const llvm::Instruction &I, llvm::BitVector &ReadLater) const;
  void findUnwritten(const Listing &L, const llvm::BitVector &Written);

  llvm::Function &F;
  const Candidates &Values;
  llvm::SmallVector<Local, 8> Locals;
  llvm::SmallVector<LocalMask, 8> Masks;    ///< by variable, while its uses are followed
  llvm::SmallVector<unsigned, 8> FirstWord; ///< of a variable in the sets of words
  unsigned NumWords = 0;
  llvm::BitVector HasMarkers;
  llvm::SmallVector<llvm::SmallVector<llvm::Instruction *, 2>, 8> Starts; ///< by variable
  llvm::DenseMap<const llvm::Instruction *, llvm::SmallVector<Event, 1>> Events;
  Block &at(const llvm::BasicBlock *BB);
  llvm::SmallVector<Block, 0> Blocks; ///< by the number of the basic block
  llvm::BitVector ToZero;             ///< words
  bool DynamicRoots = false;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ALLOCAS_H
