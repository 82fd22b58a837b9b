//===- llvm-pass/StackMemory.h - Writes to a function's own frame -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Local variables and arguments passed by value are in the frame, which is scanned as a whole: what is
// overwritten there needs no barrier. What is written there needs none either as long as only this
// function, and what it calls, can look at it. A variable whose address has got out of sight is *shared*: another
// thread may read it between its own scan and this thread's, so the thread must tell what it puts there
// (docs/design/barriers.md, step 10).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_STACKMEMORY_H
#define TRICOLOR_LLVM_PASS_STACKMEMORY_H

#include "llvm/ADT/DenseMap.h"

#include <cstdint>

namespace llvm {
class AllocaInst;
class Argument;
class Instruction;
class Value;
} // namespace llvm

namespace tricolor {

/// Whether the pointer certainly leads into an alloca of its function or into its copy of an argument,
/// through any number of GEPs, casts, phis and selects.
bool isStackMemory(const llvm::Value &Pointer);

/// Whether what an instruction writes to a shared variable may be a reference: no constant, no local's address, no
/// number by the store's type. What it overwrites does not matter there.
bool showsObject(const llvm::Instruction &I, const llvm::Value &Stored);

/// Whose memory a pointer leads to.
enum class Ground : uint8_t {
  Other,   ///< not this frame, or not certainly
  Private, ///< this frame, and nobody else can look at it
  Shared,  ///< this frame; others may have its address
};

/// Marks a variable that a pass has made, and that nobody but the pass and the maps knows; or one that takes the place of
/// an argument, if that is marked.
void markPrivate(llvm::AllocaInst &Variable);
void copyPrivateMark(const llvm::Argument &From, llvm::AllocaInst &To);

/// For one function: remembers what it has found out of each variable. What is private stays so by a mark on it, because later
/// nobody could find out any more: polls take attributes off the functions that it is passed to, and maps list it.
class StackMemory {
public:
  Ground groundOf(const llvm::Value &Pointer);
  /// Puts the marks on what was found private.
  void markPrivate();

private:
  llvm::DenseMap<const llvm::Value *, bool> Captured;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_STACKMEMORY_H
