//===- llvm-pass/CallCycles.h - Polls that cut every cycle of calls -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Decides for a module which functions poll before they call, and before which cold calls a poll stands, so
// that every cycle of calls that passes through managed code has one.
//
//   1. An edge leads from a function to each function that one of its calls may lead to. Calls of a
//      function that is defined in this module, and surely is the one that runs, are edges inside;
//      all others (declared, indirect, inline functions of which the linker may take another
//      module's copy) lead outside, unless the callee is known never to call back.
//   2. A cycle that goes outside contains a call that does. Such a call is either cold, then a poll
//      stands before it, or its function polls before all such calls: at its entry, or later where the
//      ways to them part from the others.
//   3. A cycle that stays inside is a cycle of the graph inside. Functions are chosen until none is
//      left.
//   4. `norecurse` functions are on no cycle.
//
// The rule is modular: each module cuts the cycles that leave it where they leave it, whatever the
// others do.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_CALLCYCLES_H
#define TRICOLOR_LLVM_PASS_CALLCYCLES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class CallBase;
class Function;
class TargetLibraryInfo;
} // namespace llvm

namespace tricolor {

struct CallPolls {
  /// Functions that poll before any of their calls that may lead back to them, except the cold ones.
  llvm::DenseSet<const llvm::Function *> Entries;
  /// Those calls, of each function.
  llvm::DenseMap<const llvm::Function *, llvm::SmallVector<llvm::CallBase *, 4>> Leaving;
  llvm::SmallVector<llvm::CallBase *, 16> ColdCalls;
};

/// `Functions` are those that may get polls.
CallPolls
findCallPolls(llvm::ArrayRef<llvm::Function *> Functions,
              llvm::function_ref<const llvm::TargetLibraryInfo &(llvm::Function &)> LibraryOf);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_CALLCYCLES_H
