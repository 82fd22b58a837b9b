//===- llvm-pass/Barriers.h - Write barriers ---------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Puts `if (tricolor_control.barrier) tricolor_write_barrier(slot, value)` before every write of
// something that may carry a pointer, or cover one, to memory that is not the function's own stack,
// and the bulk barrier before every block write. Neighbouring writes share one test.
//
// Calls of libc's qsort go to the runtime's, which has barriers (LibrarySorts.h).
//
// What may carry a pointer is decided by the type of the value, never by where it came from: the
// slot may hold a pointer that the write removes, and the collector must see that one too. So a
// null or a constant is no reason to leave the barrier out. What is one: BarrierElision.h.
//
// Invariant: between the test of the flag and any write that it guards nothing can change the flag
// (FlagRegions.h); in particular no safepoint lies there. docs/design/barriers.md has the argument,
// VerifyBarriers.h checks it.
//
// Runs after all optimization and before polls and statepoints. The pass that adds safepoints calls
// restoreBarriers() for each function behind it: what was a fresh object need not be one any more.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BARRIERS_H
#define TRICOLOR_LLVM_PASS_BARRIERS_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class TargetLibraryInfo;
}

namespace tricolor {

struct BarriersPass : llvm::PassInfoMixin<BarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

/// Gives writes that were spared their barriers because the object was fresh (step 6) a barrier where a
/// safepoint now lies between allocation and write. True if there were any.
bool restoreBarriers(llvm::Function &F, const llvm::TargetLibraryInfo &TLI);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BARRIERS_H
