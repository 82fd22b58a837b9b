//===- llvm-pass/FrameRemarks.cpp - What is said about a function's maps -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "FrameRemarks.h"

#include "ListedRoots.h"
#include "Safepoints.h"
#include "SlotContents.h"
#include "Statistics.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"

using namespace llvm;

#define DEBUG_TYPE "tricolor-statepoints"

STATISTIC(MappedCalls, "calls with a map");
STATISTIC(LeafCalls, "calls of leaves, without a map");
STATISTIC(TailCalls, "tail calls, without a map");
STATISTIC(UnmappedCalls, "calls that cannot have a map");
STATISTIC(WholeFrames, "maps that list the whole frame");
STATISTIC(ExactScalars, "exact scalars listed in maps");
STATISTIC(TolerantScalars, "tolerant scalars listed in maps");
STATISTIC(ExactWords, "exact words of local variables listed in maps");
STATISTIC(TolerantWords, "tolerant words of local variables listed in maps");

namespace tricolor {
namespace {

struct FrameCounts {
  unsigned Mapped = 0, Leaves = 0, Tails = 0, Unmapped = 0, WholeFrames = 0;
  uint64_t ExactScalars = 0, TolerantScalars = 0, ExactWords = 0, TolerantWords = 0;
  MapVector<StringRef, unsigned> Causes; ///< why calls have no map
};

FrameCounts count(const Function &F) {
  FrameCounts Counts;
  SlotContents Slots(F);
  for (const Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || isa<IntrinsicInst>(Call) || Call->isInlineAsm())
      continue;
    if (ListedRoots::hasMap(*Call)) {
      ListedRoots Map(*Call);
      ++Counts.Mapped;
      Counts.WholeFrames += Map.wholeFrame();
      for (const Value *V : Map.values())
        ++(V->getType()->isPointerTy() ? Counts.ExactScalars : Counts.TolerantScalars);
      for (const Value *Memory : Map.memory()) {
        auto [Exact, Tolerant] = Map.countWords(Memory);
        bool Scalar = Slots.isSlot(Memory);
        (Scalar ? Counts.ExactScalars : Counts.ExactWords) += Exact;
        (Scalar ? Counts.TolerantScalars : Counts.TolerantWords) += Tolerant;
      }
      continue;
    }
    switch (classifyCall(*Call)) {
    case CallKind::Leaf:
      ++Counts.Leaves;
      break;
    case CallKind::TailCall:
      ++Counts.Tails;
      break;
    case CallKind::Unmapped:
      ++Counts.Unmapped;
      ++Counts.Causes[whyUnmapped(*Call)];
      break;
    case CallKind::Safepoint:
      break; // tricolor-verify's to report
    }
  }
  return Counts;
}

} // namespace

void remarkOnFrame(Function &F) {
  const DiagnosticHandler *Handler = F.getContext().getDiagHandlerPtr();
  bool Remarks = (Handler && Handler->isAnyRemarkEnabled("tricolor")) ||
                 F.getContext().getLLVMRemarkStreamer();
  if (!Remarks && !wantsStatistics())
    return;
  FrameCounts C = count(F);
  MappedCalls += C.Mapped;
  LeafCalls += C.Leaves;
  TailCalls += C.Tails;
  UnmappedCalls += C.Unmapped;
  WholeFrames += C.WholeFrames;
  ExactScalars += C.ExactScalars;
  TolerantScalars += C.TolerantScalars;
  ExactWords += C.ExactWords;
  TolerantWords += C.TolerantWords;

  if (!Remarks || C.Mapped + C.Leaves + C.Tails + C.Unmapped == 0)
    return;
  using NV = DiagnosticInfoOptimizationBase::Argument;
  OptimizationRemark Remark("tricolor", "Frame", DiagnosticLocation(F.getSubprogram()),
                            &F.getEntryBlock());
  Remark << NV("Function", &F) << ": " << NV("Maps", C.Mapped) << " calls with maps, which list "
         << NV("ExactScalars", C.ExactScalars) << " exact and "
         << NV("TolerantScalars", C.TolerantScalars) << " tolerant scalars, "
         << NV("ExactWords", C.ExactWords) << " exact and " << NV("TolerantWords", C.TolerantWords)
         << " tolerant words of locals in all";
  if (C.WholeFrames != 0)
    Remark << ", and " << NV("WholeFrames", C.WholeFrames) << " times the whole frame";
  Remark << "; " << NV("Leaves", C.Leaves) << " leaf calls, " << NV("TailCalls", C.Tails)
         << " tail calls, " << NV("Unmapped", C.Unmapped) << " calls without a map";
  for (auto &[Cause, Number] : C.Causes)
    Remark << " (" << NV("Number", Number) << ": " << NV("Cause", Cause) << ")";
  OptimizationRemarkEmitter(&F).emit(Remark);
}

} // namespace tricolor
