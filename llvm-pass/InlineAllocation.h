//===- llvm-pass/InlineAllocation.h - Allocation without a call ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An allocation whose size is known takes the next free slot of the thread's run for it (struct tricolor_run in
// abi.h), and calls the runtime where the run has none:
//
//     %offset = load i32, ptr <where the run is>   the field `run` of the type's descriptor, or an entry of
//     %runs = load ptr, ptr @tricolor_runs         tricolor_noscan_runs
//     %run = getelementptr i8, ptr %runs, i64 %offset
//     %next = load volatile ptr, ptr %run
//     %end = load volatile ptr, ptr %run + 8
//     br (%next == %end), %slow, %fast
//   fast:
//     %bytes = load i16, ptr %run + 16
//     store volatile (%next + %bytes), ptr %run
//     fence syncscope("singlethread") release
//   slow:
//     %called = call ptr @tricolor_new(...)
//
// Behind the polls, so that none is put into the sequence, the statepoints, whose map stays with the call, and the verifier:
// for all of them the call is an allocation. That an object is fresh, that it is zeroed, that a store into it
// needs no barrier was said of the call and holds for the slot. But it is no poll, so the loops around it have theirs.
//
// A test of the result for null, if it is the next thing done, stays with the call: a slot is none.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_INLINEALLOCATION_H
#define TRICOLOR_LLVM_PASS_INLINEALLOCATION_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class CallBase;
} // namespace llvm

namespace tricolor {

/// Whether the pass may expand the call: it is then no poll.
bool mayAllocateInline(const llvm::CallBase &Call);

struct InlineAllocationPass : llvm::PassInfoMixin<InlineAllocationPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_INLINEALLOCATION_H
