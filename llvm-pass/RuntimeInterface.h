//===- llvm-pass/RuntimeInterface.h - The runtime's names, as IR -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Declarations of what rt/include/tricolor/abi.h calls the control flags, the poll and the
// barriers, and the flag test that stands before a call of one of them:
//
//     %flag = load volatile i32, ptr @tricolor_control (+ 0 or 4)
//     %set  = icmp ne i32 %flag, 0
//     br i1 %set, label %cold, label %continue, !prof !unlikely
//
// The load is relaxed: the handshake by which the collector changes a flag orders it for everybody.
// It is volatile so that no later pass may hoist it out of a loop or make two of them one. It is not
// atomic, which would be the same to the machine, because the back end folds a volatile load into the
// comparison (one instruction, no register) and an atomic one not.
//
// A poll and a barrier that meet in one place share the test of both flags, as one i64.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_RUNTIMEINTERFACE_H
#define TRICOLOR_LLVM_PASS_RUNTIMEINTERFACE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/DerivedTypes.h"

#include <cstdint>

namespace llvm {
class BasicBlock;
class BranchInst;
class CallBase;
class CallInst;
class DebugLoc;
class IRBuilderBase;
class Instruction;
class Module;
class Value;
} // namespace llvm

namespace tricolor {

/// Fields of struct tricolor_control; Either is both of them at once.
enum class ControlFlag : uint8_t { Poll, Barrier, Either };

inline constexpr llvm::StringLiteral PollName = "tricolor_poll";
inline constexpr llvm::StringLiteral TrapPollName = "tricolor_trap_poll";
inline constexpr llvm::StringLiteral WriteBarrierName = "tricolor_write_barrier";
inline constexpr llvm::StringLiteral BulkBarrierName = "tricolor_bulk_barrier";

/// void tricolor_poll(void)
llvm::FunctionCallee getPoll(llvm::Module &M);
/// void tricolor_trap_poll(void), which is on the way that is taken (TrapPolls.h)
llvm::FunctionCallee getTrapPoll(llvm::Module &M);
/// void tricolor_write_barrier(void *slot, uintptr_t value)
llvm::FunctionCallee getWriteBarrier(llvm::Module &M);
/// void tricolor_bulk_barrier(void *dst, const void *src, size_t bytes)
llvm::FunctionCallee getBulkBarrier(llvm::Module &M);
/// A call of one of the three, by their convention.
llvm::CallInst *createSlowCall(llvm::IRBuilderBase &Builder, llvm::FunctionCallee SlowPath,
                               llvm::ArrayRef<llvm::Value *> Arguments);

/// Splits the block before `Before` and tests the flag there. Returns the terminator of the new
/// cold block, before which the slow path goes; `Before` becomes the first instruction of the
/// continuation.
llvm::Instruction *insertFlagTest(llvm::Instruction &Before, ControlFlag Flag);

/// Whether the call is one of a barrier: it records words and returns, and is no safepoint.
bool isBarrierCall(const llvm::CallBase &Call);

/// The branch that ends the block, if it is a test of that flag (its first successor is the cold one).
llvm::BranchInst *flagTest(llvm::BasicBlock &BB, ControlFlag Flag);

/// Forbids and tells whether a poll may share a barrier's test: not where the reason to leave out another
/// barrier spans it.
void keepUnshared(llvm::BranchInst &Test);
bool mayBeShared(const llvm::BranchInst &Test);

/// A location for code inserted before `I`: its own, or line 0 of the function. Calls without one
/// are invalid in a function that has debug info.
llvm::DebugLoc locationFor(const llvm::Instruction &I);

/// After polls or barriers were added: removes from every function and call of the module what may
/// no longer be true (that it does not touch memory, does not synchronize, may be speculated or
/// frees nothing). Declarations too: another file may define them with polls.
void dropStaleAttributes(llvm::Module &M);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_RUNTIMEINTERFACE_H
