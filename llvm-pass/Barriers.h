//===- llvm-pass/Barriers.h - Write barriers ---------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Puts `if (tricolor_control.barrier) tricolor_write_barrier(slot, value)` before every write of
// something that may carry a pointer to memory that is not the function's own stack, and the bulk
// barrier before every block write.
//
// What may carry a pointer is decided by the type of the value, never by where it came from: the
// slot may hold a pointer that the write removes, and the collector must see that one too. So a
// null or a constant is no reason to leave the barrier out.
//
// What gets none: writes to static and dynamic allocas (the stack is scanned as a whole); writes of
// values without a 64-bit integer or pointer in them, also if they cover a pointer (a union's
// double over its pointer; see "Limits" in README.md); realloc and the like (they move memory of
// malloc, which is not looked at); writes inside inline assembly.
//
// Invariant: the guarded write is the first instruction of the block that the barrier continues in,
// so no safepoint lies between the test of the flag and the write.
//
// Runs after all optimization and before polls and statepoints. `isStackMemory` is free to use any
// time.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BARRIERS_H
#define TRICOLOR_LLVM_PASS_BARRIERS_H

#include "llvm/IR/PassManager.h"

namespace llvm {
class Type;
class Value;
} // namespace llvm

namespace tricolor {

/// Whether a value of the type, when written to memory, may write a pointer: pointers, integers of
/// 64 bits and more, vectors and aggregates with such an element.
bool mayCarryPointer(const llvm::Type &Ty);

/// Whether the pointer certainly leads into an alloca of its function, through any number of GEPs,
/// casts, phis and selects.
bool isStackMemory(const llvm::Value &Pointer);

struct BarriersPass : llvm::PassInfoMixin<BarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BARRIERS_H
