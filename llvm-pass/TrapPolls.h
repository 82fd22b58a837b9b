//===- llvm-pass/TrapPolls.h - Polls of one instruction -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A trap poll is `testl %eax, page(%rip)`: a read of the image's poll page, which the collector
// protects while it wants an answer. The signal handler of the runtime answers and goes on behind the
// instruction (docs/design/polls.md).
//
// In the IR it is a call of tricolor_trap_poll() with a map like any other. Two machine passes make one
// instruction of it:
//
//   1. Behind instruction selection, the call loses what makes it one: the registers that it clobbers,
//      and the marks around it that make its function one that calls. From there the STATEPOINT
//      constrains the allocator only by the values in its map, which may lie in any register.
//   2. Behind the last pass that moves instructions, the STATEPOINT becomes the read and a STACKMAP.
//      The site is known by the address behind the read, as that of a call is by its return address:
//      ends of different instructions differ, so no call's map is taken for it.
//
// Fail closed: the runtime has a function tricolor_trap_poll(). Where the first pass does not do its work
// (no optimization, another code model than the small one), the call is made.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_TRAPPOLLS_H
#define TRICOLOR_LLVM_PASS_TRAPPOLLS_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
class GlobalVariable;
class Instruction;
class Module;
} // namespace llvm

namespace tricolor {

/// Whether polls of the function may be trap polls.
bool canTrap(const llvm::Function &F);

/// Adds one before the instruction.
void insertTrapPoll(llvm::Instruction &Before);

/// A reference to the image's page for the structure that registers it: null where no module of the
/// image has trap polls.
llvm::GlobalVariable *referToPollPage(llvm::Module &M);

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkTrapPolls();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_TRAPPOLLS_H
