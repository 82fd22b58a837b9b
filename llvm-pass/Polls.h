//===- llvm-pass/Polls.h - Where managed code answers the collector ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Puts `if (tricolor_control.poll) tricolor_poll()` on every cycle of control flow, so that a
// thread in managed code always reaches a safepoint soon:
//
//   - on every way round a loop, also in irreducible control flow, unless the loop is short;
//   - at entries of functions and before cold calls, on every cycle of calls (CallCycles.h).
//
// A function that lacks both runs a bounded number of its own instructions before it returns or
// calls. Functions with "tricolor-no-poll" get none. A poll may share the test of a barrier.
//
// Runs after the barriers (so that no poll can come between a barrier and its store) and before the
// statepoints (so that the polls get their maps). With -tricolor-polls=trap polls that share no test are
// trap polls (TrapPolls.h) where that can be.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_POLLS_H
#define TRICOLOR_LLVM_PASS_POLLS_H

#include "RootForms.h"

#include "llvm/IR/PassManager.h"

namespace tricolor {

class PollsPass : public llvm::PassInfoMixin<PollsPass> {
public:
  explicit PollsPass(AllowedForms Allowed = AllowedForms::Values) : Allowed(Allowed) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }

private:
  AllowedForms Allowed; ///< trap polls list values
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_POLLS_H
