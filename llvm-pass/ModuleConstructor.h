//===- llvm-pass/ModuleConstructor.h - Each image registers itself -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Emits, in every module with records, the same hidden comdat: struct tricolor_module of the linked
// image and the constructor and destructor that register it with the runtime. The linker keeps one
// per image.
//
// Runs after the passes that write the tables of functions and globals. For link-time optimization it
// must be earlier, in the compiler and in every module: the linker chooses one of equal groups before it
// optimizes, and keeps all that appear then.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_MODULECONSTRUCTOR_H
#define TRICOLOR_LLVM_PASS_MODULECONSTRUCTOR_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

/// Emits them, if they are not there yet.
void addModuleConstructor(llvm::Module &M);

struct ModuleConstructorPass : llvm::PassInfoMixin<ModuleConstructorPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_MODULECONSTRUCTOR_H
