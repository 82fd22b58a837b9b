//===- llvm-pass/Writes.h - Instructions that can write a pointer -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The list of what compiled code can do to memory that may put a pointer there or overwrite one, as
// one form, Write, whatever the instruction. docs/design/barriers.md has the list in words. What is
// left out here is left out for what the instruction is: writes to this function's own stack (StackMemory.h)
// that nobody else can look at, or that bring no reference; types that can neither carry nor overwrite a
// pointer. What needs no barrier for where it stands is decided later (BarrierElision.h).
//
// Free to use at any time.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_WRITES_H
#define TRICOLOR_LLVM_PASS_WRITES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace llvm {
class Function;
class Instruction;
class TargetLibraryInfo;
class Type;
class Value;
} // namespace llvm

namespace tricolor {

/// Whether a value of the type, when written to memory, may write a pointer: pointers, integers of
/// 64 bits and more, vectors and aggregates with such an element.
bool mayCarryPointer(const llvm::Type &Ty);

enum class WriteKind : uint8_t {
  Value,      ///< Slot receives Stored (a pointer, words, or what may cover a pointer)
  Masked,     ///< Slot + lane receives Stored's lane where Mask's lane is set
  Compressed, ///< the lanes of Stored where Mask is set go to Slot, one after the other
  Scattered,  ///< as Masked, with one slot a lane
  Block,      ///< Bytes bytes at Slot are overwritten, from Source unless it is null
  Pattern,    ///< Slot receives Count copies of Stored, one after the other
  Forgotten,  ///< Stored was in storage that gets a new object (ReusedStorage.h); no Slot
  Shown,      ///< Stored goes to a local variable that others may look at; no Slot
};

/// Where a write reaches the memory of others.
struct Write {
  llvm::Instruction *At = nullptr;
  WriteKind Kind = WriteKind::Value;
  llvm::Value *Slot = nullptr;
  llvm::Value *Stored = nullptr;
  llvm::Value *Mask = nullptr;
  llvm::Value *Source = nullptr;
  llvm::Value *Bytes = nullptr;
  llvm::Value *Count = nullptr;
};

/// What the search for writes has left out, by reason.
struct WritesOmitted {
  unsigned Stack = 0; ///< to the function's own stack
  unsigned Short = 0; ///< blocks shorter than a word
};

/// The writes of a function, in the order of its blocks. Reports those that no barrier can follow.
llvm::SmallVector<Write, 32> findWrites(llvm::Function &F, const llvm::TargetLibraryInfo &TLI,
                                        WritesOmitted &Omitted);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_WRITES_H
