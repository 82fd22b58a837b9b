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
// Where link-time optimization will run the late passes, the compiler gives the function another name,
// for whoever links without them. The linker's late passes remove that one only: a file without it has
// not been prepared.
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
/// The function's name in bitcode that is to be optimized by the linker.
inline constexpr llvm::StringLiteral PendingLinkFunctionName =
    "tricolor_error_lto_without_passes__link_with_lld_and_load_pass_plugin_TricolorPass_so";

/// Says from now on that the passes are the linker's to run. Of the compiler, before link-time
/// optimization.
void leavePendingToLinker(llvm::Module &M);

/// Which tool makes machine code of the module after the late passes.
enum class BackEnd : uint8_t { Compiler, Linker };

class PendingMarkerPass : public llvm::PassInfoMixin<PendingMarkerPass> {
public:
  explicit PendingMarkerPass(BackEnd Where = BackEnd::Compiler) : Where(Where) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }

private:
  BackEnd Where;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_PENDINGMARKER_H
