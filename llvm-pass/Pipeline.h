//===- llvm-pass/Pipeline.h - The order of the passes ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two entry points into the optimizer's pipeline, at every -O level:
//
//   early, PipelineStart: type descriptors, masks of the globals (both need the types as declared),
//                         reused storage (what is inlined later must have its marks);
//   late, OptimizerLast:  target check, type descriptors again, exceptions, barriers, polls,
//                         statepoints, table of globals, table of functions, module constructor,
//                         pending marker; with VerifyIR a check of it all (Verify.h).
//
// The late one must see the code as the back end will: after it only passes that delete unused
// globals run. It runs once a module, however often the plugin is loaded: named metadata
// "tricolor.done".
//
// Link-time optimization. The compiler runs the early passes and the target check; the late ones run in
// the linker, in each module that has a back end: the merged one (FullLinkTimeOptimizationLast), or each
// of ThinLTO's (OptimizerLast after the link). There every function becomes managed, also those of files
// that were compiled without the plugin: code of either kind may have been inlined into the other, and
// managed code does all that other code does. Named metadata "tricolor.linked"; "tricolor.done" is there
// an error, because code was moved after its maps were made.
//
// Names for opt: tricolor-early, tricolor (all of late), and each pass alone: tricolor-types,
// tricolor-global-masks, tricolor-reused-storage, tricolor-exceptions, tricolor-barriers, tricolor-polls,
// tricolor-verify-barriers, tricolor-statepoints, tricolor-globals, tricolor-functions,
// tricolor-module, tricolor-pending, tricolor-verify. Code that `llc -O0` will compile needs
// tricolor<slots> (RootForms.h). Alone, tricolor-statepoints uses slots only; for llc from -O1 on say
// tricolor-statepoints<values>.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_PIPELINE_H
#define TRICOLOR_LLVM_PASS_PIPELINE_H

#include "PendingMarker.h"
#include "RootForms.h"

#include "llvm/IR/PassManager.h"
#include "llvm/Pass.h"

namespace llvm {
class PassBuilder;
} // namespace llvm

namespace tricolor {

/// Verify the IR after each of our passes, and what they made of it all at the end (Verify.h), and
/// end the compilation where it is broken. Off, unless set here or by `-tricolor-verify-ir` (opt; `-mllvm` in clang).
enum class VerifyIR : uint8_t { Off, On };
void setVerifyIR(VerifyIR Mode);
bool verifiesIR();

struct EarlyPass : llvm::PassInfoMixin<EarlyPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

class LatePass : public llvm::PassInfoMixin<LatePass> {
public:
  explicit LatePass(AllowedForms Allowed, BackEnd Where = BackEnd::Compiler)
      : Allowed(Allowed), Where(Where) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }

private:
  AllowedForms Allowed;
  BackEnd Where;
};

/// In place of the late passes, in a compiler that leaves them to the linker.
struct PreLinkPass : llvm::PassInfoMixin<PreLinkPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Registers names and entry points. Each plugin module calls it from its own entry point, in the process
/// in which the back end will run: clang, opt, or a linker, where it is called in several threads.
void registerPasses(llvm::PassBuilder &PB);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_PIPELINE_H
