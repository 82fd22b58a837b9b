//===- llvm-pass/VerifyLocals.h - Checks that maps list the local variables --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The half of verifyRoots() that is about memory: a local variable (alloca or argument passed by value)
// must be listed at a call if it is alive there on some way, may be read from then on, and has words
// that hold pointers. It asks for less than Allocas.h lists: only for words that are pointers by type or
// are loaded or stored as one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_VERIFYLOCALS_H
#define TRICOLOR_LLVM_PASS_VERIFYLOCALS_H

#include "ListedRoots.h"
#include "SlotContents.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <utility>

namespace llvm {
class BasicBlock;
class CallBase;
class Function;
class Instruction;
class Type;
class Use;
class Value;
} // namespace llvm

namespace tricolor {

class VerifyLocals {
public:
  VerifyLocals(const llvm::Function &F, const SlotContents &Slots);

  /// Whether the function has memory whose place no map can name: every map must list the whole frame.
  bool needsWholeFrame() const { return NeedsWholeFrame; }

  using Report = llvm::function_ref<void(const llvm::CallBase &, const llvm::Value &Memory,
                                         uint64_t FirstWord)>;
  /// Reports what the maps lack. `Maps` has those of the calls that are to be checked.
  void check(const MapsOfCalls &Maps, Report Missing) const;

private:
  enum class Event : uint8_t { Start, End, Overwrite, Read };
  struct Words {
    uint64_t First, Count;
  };
  struct Local {
    const llvm::Value *Memory;
    uint64_t Bytes;
    bool Captured = false;
    bool HasStart = false;
    llvm::SmallVector<Words, 2> Needed;
  };
  struct Block {
    llvm::BitVector AliveIn, ReadIn, ReadOut;
  };

  void add(const llvm::Value &Memory, llvm::Type *Ty);
  void follow(unsigned Variable);
  void use(const llvm::Use &U, unsigned Variable, std::optional<uint64_t> Offset,
           llvm::SmallVectorImpl<std::pair<const llvm::Value *, std::optional<uint64_t>>> &Derived);
  void needWord(Local &L, uint64_t Word);
  void solve();
  static std::optional<uint64_t> firstUnlisted(const Local &L, const ListedRoots &Map);
  void forward(const llvm::Instruction &I, llvm::BitVector &Alive) const;
  void backward(const llvm::Instruction &I, llvm::BitVector &Read) const;

  const llvm::Function &F;
  bool NeedsWholeFrame = false;
  llvm::SmallVector<Local, 8> Locals;
  llvm::DenseMap<const llvm::Instruction *, llvm::SmallVector<std::pair<Event, unsigned>, 1>>
      Events;
  llvm::DenseMap<const llvm::BasicBlock *, Block> Blocks;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_VERIFYLOCALS_H
