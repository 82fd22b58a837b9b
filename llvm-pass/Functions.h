//===- llvm-pass/Functions.h - Managed functions and their table -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A function is *managed* if its code reaches a poll soon, whatever it does, and puts a barrier
// before its stores. The runtime never parks a thread at an arbitrary instruction of a managed
// function: it waits for the poll. So the table of managed functions (section tricolor_functions)
// must list every function that got polls and barriers, and no other.
//
// Not managed: naked functions (no compiler-made code), the resolvers of ifuncs (they run before
// relocation, when the control flags cannot be read) and what they call is the user's concern, and
// functions with the attribute "tricolor-unmanaged" (the module constructor).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_FUNCTIONS_H
#define TRICOLOR_LLVM_PASS_FUNCTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class Constant;
class Function;
class GlobalObject;
class GlobalVariable;
} // namespace llvm

namespace tricolor {

/// Functions with it get no polls, barriers or maps and are not in the table.
inline constexpr llvm::StringLiteral UnmanagedAttribute = "tricolor-unmanaged";
/// Managed functions with it get no polls: they must be short.
inline constexpr llvm::StringLiteral NoPollAttribute = "tricolor-no-poll";

/// Whether the passes give the function polls, barriers and maps. All passes ask here.
bool isManaged(const llvm::Function &F);

/// Marks the resolvers of the module's ifuncs as unmanaged. First of the late passes.
void markUnmanaged(llvm::Module &M);

/// A symbol for `Object` that never needs a dynamic relocation, however the linker may resolve the
/// object's own name: itself if it is local to the module, else a private alias.
llvm::Constant *localSymbol(llvm::GlobalObject &Object);

/// `Pointer` plus a number of bytes.
llvm::Constant *byteOffset(llvm::Constant *Pointer, uint64_t Bytes);

/// `To - From` as a 32-bit constant; both must be symbols of this module, plus constant offsets.
llvm::Constant *relativeAddress(llvm::Constant *To, llvm::Constant *From);

/// Makes a record of a table: kept or dropped by the linker together with `Object` (link order,
/// comdat), and by LLVM always.
void attachRecord(llvm::GlobalVariable &Record, llvm::GlobalObject &Object,
                  llvm::StringRef Section);

struct FunctionsPass : llvm::PassInfoMixin<FunctionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_FUNCTIONS_H
