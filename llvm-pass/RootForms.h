//===- llvm-pass/RootForms.h - Which roots are listed as values ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A scalar root has one of two forms, the same at all calls that list it:
//   - Value: it is an operand of the bundle itself. The register allocator keeps it in a callee-saved
//     register or spills it, as it would without the map, and the map says where it is. No code is
//     emitted for it.
//   - Slot: it is stored in the frame (Slots.h).
//
// Values are for optimized functions only: the back end's fast path has no allocator that could fold an
// operand of a map into a spill slot. Slots take what is no single word, what a call that has no map
// needs in the frame, function pointers that are called, what is more than MaxValues at one call, and what
// only the trap polls of a loop need that has no register to spare.
//
// First every need is noted, then decide() is called once, then form() answers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ROOTFORMS_H
#define TRICOLOR_LLVM_PASS_ROOTFORMS_H

#include "Liveness.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"

#include <utility>

namespace llvm {
class Argument;
class CallBase;
class DominatorTree;
class Function;
class LoopInfo;
class Value;
} // namespace llvm

namespace tricolor {

enum class RootForm : uint8_t { Slot, Value };

/// What a compilation allows. Values: the back end optimizes (-O1 and above).
enum class AllowedForms : uint8_t { Slots, Values };

/// At most this many values are listed at one call. Higher: more values that the allocator must place at
/// one instruction, up to failing with "ran out of registers"; lower: more stores to slots.
constexpr unsigned MaxValues = 8;

class RootForms {
public:
  RootForms(llvm::Function &F, const Liveness &Live, AllowedForms Allowed);

  /// The call lists these roots.
  void need(const llvm::CallBase &Call, llvm::ArrayRef<unsigned> Roots);
  /// Something needs them in the frame: no map will say where else they are.
  void needInFrame(llvm::ArrayRef<unsigned> Roots);

  void decide(llvm::DominatorTree &DT);

  RootForm form(unsigned Root) const {
    return Values.test(Root) ? RootForm::Value : RootForm::Slot;
  }

private:
  void forgetUnused(const llvm::LoopInfo &Loops);
  bool canBeValue(const llvm::Value &Root) const;
  bool isPassedInRegister(const llvm::Argument &A) const;

  llvm::Function &F;
  const Liveness &Live;
  llvm::BitVector Values;
  llvm::SmallVector<unsigned, 0> NumCalls;                         ///< by root
  llvm::SmallVector<llvm::SmallVector<unsigned, 4>, 0> LargeNeeds; ///< of calls above the limit
  llvm::SmallVector<std::pair<const llvm::CallBase *, llvm::SmallVector<unsigned, 4>>, 0> Polls;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ROOTFORMS_H
