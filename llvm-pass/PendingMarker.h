//===- llvm-pass/PendingMarker.h - Proof that the passes ran -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The clang plugin plants in every file a used variable that refers to an undefined function whose
// name is an error message. This pass, the last one, removes both. Where clang dropped the passes
// (-save-temps, -disable-llvm-passes) the reference stays, and the program does not link.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_PENDINGMARKER_H
#define TRICOLOR_LLVM_PASS_PENDINGMARKER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/PassManager.h"

namespace tricolor {

/// The variable that the clang plugin plants, and the function it refers to.
inline constexpr llvm::StringLiteral PendingVariableName = "__tricolor_passes_pending";
inline constexpr llvm::StringLiteral PendingFunctionName =
    "tricolor_error_passes_did_not_run__remove_save_temps_or_disable_llvm_passes";

struct PendingMarkerPass : llvm::PassInfoMixin<PendingMarkerPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_PENDINGMARKER_H
