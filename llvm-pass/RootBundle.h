//===- llvm-pass/RootBundle.h - How a deopt bundle spells a root list ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------===//
//
// The statepoint pass writes it, the map printer reads it, nobody else may depend on it. A bundle is a
// sequence of operands: static allocas (or byval arguments), which the back end turns into Direct
// [register + offset] locations, and i32 constants, which it passes through. (Constants are never wider:
// the stack map puts those in a pool that a printer cannot read.)
//
//   i32 RootBundleHeader
//   groups, each: i32 head = kind | number << 8, then
//     Slots      number x { alloca }                     a word that holds a pointer
//     Tolerants  number x { alloca }                     a word that may hold one
//     Range      { alloca, i32 byte offset, i32 n }      number = 1
//     Mask       { alloca, i32 byte offset, i32 n, sets }    sets: ceil(n/32) chunks exact, as many
//     Repeat     { alloca, i32 byte offset, i32 count, i32 n, sets }        tolerant; number = 1
//     Frame      { }                                     the whole frame
//
//===--------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ROOTBUNDLE_H
#define TRICOLOR_LLVM_PASS_ROOTBUNDLE_H

#include "PointerMask.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace llvm {
class LLVMContext;
class Value;
} // namespace llvm

namespace tricolor {

/// First operand of every bundle of ours; anything else in the deopt state is a foreign bundle.
constexpr int32_t RootBundleHeader = 0x54524901; // "TRI", version 1

enum class RootGroup : uint8_t {
  Slots = 1,
  Tolerants = 2,
  Range = 3,
  Mask = 4,
  Repeat = 5,
  Frame = 6,
};

/// Exact words may be written as tolerant ones where their contents are not trusted.
enum class RootTrust : uint8_t { AsTyped, Tolerant };

class RootBundleWriter {
public:
  explicit RootBundleWriter(llvm::LLVMContext &Context);

  void addSlot(llvm::Value *Alloca) { Slots.push_back(Alloca); }
  void addTolerantSlot(llvm::Value *Alloca) { Tolerants.push_back(Alloca); }
  void addMask(llvm::Value *Alloca, const PointerMask &Mask, RootTrust Trust);
  void addFrame() { WholeFrame = true; }

  /// The operands of the bundle, for OperandBundleDef("deopt", ...).
  llvm::SmallVector<llvm::Value *, 16> take();

private:
  void push(int64_t Number);
  void pushSets(const llvm::BitVector &Exact, const llvm::BitVector &Tolerant);

  llvm::LLVMContext &Context;
  llvm::SmallVector<llvm::Value *, 8> Slots, Tolerants;
  llvm::SmallVector<llvm::Value *, 16> Rest;
  bool WholeFrame = false;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ROOTBUNDLE_H
