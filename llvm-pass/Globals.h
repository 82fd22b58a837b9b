//===- llvm-pass/Globals.h - Which words of the globals are roots ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Section tricolor_globals: a record (struct tricolor_global) for every segment of words of a
// variable of static storage that may hold a pointer. Left out: constants, thread-locals (the
// runtime scans those blocks whole), variables without such words, and what belongs to the
// compiler.
//
// Two passes. GlobalMasksPass runs before the optimizer and attaches the exact mask to each global
// as metadata `!tricolor.mask`: at that time the global has the type of its declaration, in which a
// 64-bit integer (named struct, array, scalar) is an integer. GlobalsPass runs last and writes the
// records, from the metadata where its size still fits, else from the type, where any 64-bit
// integer is tolerant: such a global was made or cut out by an optimization.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_GLOBALS_H
#define TRICOLOR_LLVM_PASS_GLOBALS_H

#include "PointerMask.h"

#include "llvm/IR/PassManager.h"

#include <optional>

namespace llvm {
class GlobalVariable;
} // namespace llvm

namespace tricolor {

/// Attaches a mask, in place of one that is there.
void setPointerMask(llvm::GlobalVariable &Global, const PointerMask &Mask);

/// The mask that was attached early, if the global is still what it was: its words without a bit are
/// never looked at.
std::optional<PointerMask> attachedMask(const llvm::GlobalVariable &Global);

struct GlobalMasksPass : llvm::PassInfoMixin<GlobalMasksPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

struct GlobalsPass : llvm::PassInfoMixin<GlobalsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_GLOBALS_H
