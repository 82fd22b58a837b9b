//===- llvm-pass/EntryPolls.h - Where a function polls before it calls -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Chooses the blocks of a function that poll because of a cycle of calls. Every way from the entry to a call that
// may lead back passes one of them (or, if the block has such calls itself, its poll stands before the first).
//
// Each candidate is a block of the dominator tree that has such calls below it. It polls itself, or its
// children do, whichever runs less often. So ways out that call nothing have no poll, and the back end can
// keep the frame away from them.
//
// A block in a loop that lies on every way round it costs nothing, as the loop needs a poll anyway, unless it calls
// another function that is likely to poll. A block that calls its own function runs once for each entry at
// most, whatever the guess of its frequency says.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ENTRYPOLLS_H
#define TRICOLOR_LLVM_PASS_ENTRYPOLLS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class BasicBlock;
class CallBase;
class Function;
} // namespace llvm

namespace tricolor {

/// The blocks, for these calls. The entry polls if nothing is better, and then nothing else does. `Polling` are all
/// functions that poll before they call.
llvm::SmallVector<llvm::BasicBlock *, 4>
chooseEntryPolls(llvm::Function &F, llvm::ArrayRef<llvm::CallBase *> Leaving,
                 const llvm::DenseSet<const llvm::Function *> &Polling,
                 llvm::FunctionAnalysisManager &FAM);

/// Whether the function neither returns nor throws before it has polled in one of the blocks.
bool surelyPolls(llvm::Function &F, llvm::ArrayRef<llvm::BasicBlock *> Blocks,
                 llvm::ArrayRef<llvm::CallBase *> Leaving);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ENTRYPOLLS_H
