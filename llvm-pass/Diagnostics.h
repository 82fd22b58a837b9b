//===- llvm-pass/Diagnostics.h - Errors the passes report --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the passes cannot make right they refuse. A refusal goes through LLVMContext::diagnose with
// severity error, so that clang, opt and any other frontend count it and end with a failure; it
// names the cause and the fix, and the source location when there is debug info, the function's
// name otherwise. The passes carry on after it, so the module must stay valid IR, but nothing they
// produce from then on is used.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_DIAGNOSTICS_H
#define TRICOLOR_LLVM_PASS_DIAGNOSTICS_H

#include "llvm/ADT/Twine.h"

namespace llvm {
class Function;
class Instruction;
class Module;
} // namespace llvm

namespace tricolor {

/// An error about a whole module.
void reportError(llvm::Module &M, const llvm::Twine &Message);
/// An error about a function, located at its first line.
void reportError(llvm::Function &F, const llvm::Twine &Message);
/// An error about an instruction, located there.
void reportError(llvm::Instruction &I, const llvm::Twine &Message);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_DIAGNOSTICS_H
