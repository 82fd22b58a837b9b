//===- llvm-pass/Safepoints.h - At which calls a collection may happen --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Sorts the calls of a function. The rule of the runtime makes every answer here sound: a frame whose
// return address has no map is scanned conservatively, that frame only. What is lost where a call gets
// no bundle is precision, never an object. So the one mistake to avoid is a bundle on a call that the
// back end cannot lower with one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_SAFEPOINTS_H
#define TRICOLOR_LLVM_PASS_SAFEPOINTS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/InstrTypes.h"
#include <cstdint>

namespace tricolor {

enum class CallKind : uint8_t {
  Leaf,      ///< cannot block and is short: nothing to describe
  TailCall,  ///< the frame is gone when the callee runs
  Unmapped,  ///< a safepoint that cannot carry a bundle: its frame is scanned conservatively
  Safepoint, ///< carries a bundle
};

CallKind classifyCall(const llvm::CallBase &Call);

/// Why a safepoint cannot carry a bundle; empty if it can.
llvm::StringRef whyUnmapped(const llvm::CallBase &Call);

/// Whether the callee is a function of the C library that classifyCall() knows as a leaf: its integer
/// results are numbers, its integer arguments sizes and characters.
bool isLibraryLeaf(const llvm::CallBase &Call);

/// Whether values live after the call must lie in slots during it.
inline bool isSafepoint(CallKind Kind) {
  return Kind == CallKind::Safepoint || Kind == CallKind::Unmapped;
}

/// Whether the back end would take the wrong element of an aggregate for the callee of a call with a
/// bundle, so that the callee must be copied first.
bool calleeNeedsCopy(const llvm::CallBase &Call);

/// Whether the call is the poll of a loop or function entry: cold, so that work for it is done there.
bool isPoll(const llvm::CallBase &Call);

/// Whether it is one that becomes an instruction on the way that is taken (TrapPolls.h).
bool isTrapPoll(const llvm::CallBase &Call);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_SAFEPOINTS_H
