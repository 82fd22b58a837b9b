//===- llvm-pass/LoopChunks.h - Counted loops that poll once in many rounds ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Takes the poll out of a counted loop: the loop runs in chunks of a bounded number of rounds, and what
// goes from one chunk to the next has the poll.
//
//     loop:                               chunk: bound = i + min(n - i, 1024)
//       ...                               loop:  ...
//       i += 1; if (i != n) goto loop;             i += 1; if (i != bound) goto loop;
//                                         next:  if (bound != n) goto chunk; // with a poll
//
// For polls that test a flag; a trap is cheaper than the chunks' beginnings and ends. No body is doubled and nothing is added to a round. The counted exit need not be the only one.
//
// Invariants: the loop computes what it did, whatever the values; a chunk has a bounded number of rounds if
// scalar evolution is right that the loop's number of rounds is what it counts.
//
// Before the polls, which find the cycle of chunks like any other; they must not poll in the loops inside.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LOOPCHUNKS_H
#define TRICOLOR_LLVM_PASS_LOOPCHUNKS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class BasicBlock;
class DominatorTree;
class Function;
class Loop;
class LoopInfo;
class ScalarEvolution;
} // namespace llvm

namespace tricolor {

/// Headers of loops that end soon because they run in chunks.
using ChunkHeaders = llvm::SmallPtrSet<const llvm::BasicBlock *, 4>;

/// Makes chunks of the innermost loops for which that is possible and cheaper than a poll a round, and for
/// which `NeedsPoll`. If there is any, the function's analyses are stale afterwards.
ChunkHeaders chunkLoops(llvm::Function &F, const llvm::DominatorTree &DT, const llvm::LoopInfo &LI,
                        llvm::ScalarEvolution &SE,
                        llvm::function_ref<bool(const llvm::Loop &)> NeedsPoll);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LOOPCHUNKS_H
