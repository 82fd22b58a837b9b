//===- llvm-pass/InlineAllocation.cpp - Allocation without a call -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Not expanded: calls on ways that are hardly ever taken, and invokes (the runtime does not throw; no optimized
// code has one). Noscan memory is expanded by its rounded size, so tricolor_new_array() of a type without
// pointers is too: the element that begins first, the cookie, does not matter where nothing is scanned.
//
//===------------------------------------------------------------------------------------------===//

#include "InlineAllocation.h"
#include "Functions.h"
#include "RuntimeInterface.h"
#include "Statistics.h"

#include <tricolor/abi.h>

#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

#include <cstddef>

using namespace llvm;

#define DEBUG_TYPE "tricolor-inline-allocation"

STATISTIC(Expanded, "allocations in line");

namespace tricolor {
namespace {

constexpr StringLiteral RunsName = "tricolor_runs";
constexpr StringLiteral NoscanRunsName = "tricolor_noscan_runs";

/// Sizes up to here have an entry in tricolor_noscan_runs, of so many bytes each.
constexpr uint64_t NoscanStep = 16;
constexpr uint64_t MaxNoscan =
    NoscanStep *
    (sizeof(tricolor_noscan_runs::offsets) / sizeof(tricolor_noscan_runs::offsets[0]) - 1);

/// A call that runs in less than one of so many calls of its function stays one. Higher: allocations on ways that are seldom taken
/// are faster; lower: less code.
constexpr uint64_t RareCalls = 100;

/// What an array is longer than its elements, as in the runtime.
constexpr uint64_t PastTheEnd = 1;

/// The descriptor, if it is one that this module defines and the runtime may write to.
const GlobalVariable *descriptor(const Value *Type) {
  return dyn_cast<GlobalVariable>(Type->stripPointerCasts());
}

/// Whether the type has no pointers and no destructor, as far as this module knows.
bool isNoscan(const GlobalVariable *Descriptor) {
  if (!Descriptor || !Descriptor->hasDefinitiveInitializer())
    return false;
  const auto *Fields = dyn_cast<ConstantStruct>(Descriptor->getInitializer());
  const auto *Flags = Fields && Fields->getNumOperands() > 4
                          ? dyn_cast<ConstantInt>(Fields->getOperand(1))
                          : nullptr;
  const auto *Alignment = Flags ? dyn_cast<ConstantInt>(Fields->getOperand(3)) : nullptr;
  return Alignment && Alignment->getZExtValue() <= NoscanStep &&
         (Flags->getZExtValue() & (TRICOLOR_TYPE_NOSCAN | TRICOLOR_TYPE_DESTRUCTOR)) ==
             TRICOLOR_TYPE_NOSCAN;
}

/// Bytes of noscan memory that the call allocates, or 0.
uint64_t noscanBytes(const CallBase &Call) {
  StringRef Name = Call.getCalledFunction()->getName();
  const ConstantInt *Bytes = nullptr;
  uint64_t More = 0;
  if (Name == "tricolor_new_noscan" && Call.arg_size() == 1) {
    Bytes = dyn_cast<ConstantInt>(Call.getArgOperand(0));
  } else if (Name == "tricolor_new_array" && Call.arg_size() == 2 &&
             isNoscan(descriptor(Call.getArgOperand(0)))) {
    Bytes = dyn_cast<ConstantInt>(Call.getArgOperand(1));
    More = PastTheEnd;
  }
  if (!Bytes || Bytes->getValue().ugt(MaxNoscan - More))
    return 0;
  return Bytes->getZExtValue() + More;
}

bool isObjectAllocation(const CallBase &Call) {
  return Call.getCalledFunction()->getName() == "tricolor_new" && Call.arg_size() == 1 &&
         descriptor(Call.getArgOperand(0));
}

class Expansion {
public:
  explicit Expansion(Module &M)
      : M(M), Pointer(PointerType::get(M.getContext(), 0)), Int64(Type::getInt64Ty(M.getContext())),
        Int32(Type::getInt32Ty(M.getContext())), Int16(Type::getInt16Ty(M.getContext())) {}

  void expand(CallInst &Call) {
    IRBuilder<> Builder(&Call);
    DebugLoc Location = locationFor(Call);
    Builder.SetCurrentDebugLocation(Location);
    Value *Offset = Builder.CreateZExt(
        Builder.CreateAlignedLoad(Int32, whereRunIs(Call), Align(4), "tricolor.offset"), Int64);
    Value *Runs = Builder.CreateAlignedLoad(Pointer, Builder.CreateThreadLocalAddress(&runs()),
                                            Align(8), "tricolor.runs");
    Value *Run = Builder.CreatePtrAdd(Runs, Offset, "tricolor.run");
    Value *Next =
        Builder.CreateAlignedLoad(Pointer, field(Builder, Run, offsetof(tricolor_run, next)),
                                  Align(8), /*isVolatile=*/true, "tricolor.next");
    Value *End =
        Builder.CreateAlignedLoad(Pointer, field(Builder, Run, offsetof(tricolor_run, end)),
                                  Align(8), /*isVolatile=*/true, "tricolor.end");
    Value *Empty = Builder.CreateICmpEQ(Next, End, "tricolor.empty");

    BasicBlock *Head = Call.getParent();
    Instruction *SlowEnd, *FastEnd;
    SplitBlockAndInsertIfThenElse(Empty, Call.getIterator(), &SlowEnd, &FastEnd,
                                  MDBuilder(M.getContext()).createUnlikelyBranchWeights());
    Head->getTerminator()->setDebugLoc(Location);
    SlowEnd->setDebugLoc(Location);
    FastEnd->setDebugLoc(Location);
    BasicBlock *Tail = Call.getParent();

    Builder.SetInsertPoint(FastEnd);
    Builder.SetCurrentDebugLocation(Location);
    Value *Bytes = Builder.CreateZExt(
        Builder.CreateAlignedLoad(Int16, field(Builder, Run, offsetof(tricolor_run, object_bytes)),
                                  Align(2), "tricolor.bytes"),
        Int64);
    Builder.CreateAlignedStore(Builder.CreatePtrAdd(Next, Bytes),
                               field(Builder, Run, offsetof(tricolor_run, next)), Align(8),
                               /*isVolatile=*/true);
    Builder.CreateFence(AtomicOrdering::Release, SyncScope::SingleThread);

    PHINode *Object = PHINode::Create(Pointer, 2, Call.getName());
    Object->insertBefore(Tail->begin());
    Object->setDebugLoc(Location);
    Call.replaceAllUsesWith(Object);
    Call.moveBefore(SlowEnd->getIterator());
    Object->addIncoming(&Call, SlowEnd->getParent());
    Object->addIncoming(Next, FastEnd->getParent());
    passNullTest(*Object, *cast<BranchInst>(FastEnd));
    ++Expanded;
  }

private:
  static Value *field(IRBuilderBase &Builder, Value *Run, size_t Offset) {
    return Builder.CreateConstInBoundsGEP1_64(Builder.getInt8Ty(), Run, Offset);
  }

  GlobalVariable &runs() {
    if (GlobalVariable *Existing = M.getNamedGlobal(RunsName))
      return *Existing;
    return *new GlobalVariable(M, Pointer, /*isConstant=*/false, GlobalValue::ExternalLinkage,
                               nullptr, RunsName, nullptr, GlobalValue::InitialExecTLSModel);
  }

  Constant *noscanRuns() {
    constexpr size_t Count = MaxNoscan / NoscanStep + 1;
    return M.getOrInsertGlobal(NoscanRunsName, ArrayType::get(Int32, Count));
  }

  Value *whereRunIs(const CallBase &Call) {
    if (uint64_t Bytes = noscanBytes(Call))
      return byteOffset(noscanRuns(), (Bytes + NoscanStep - 1) / NoscanStep * sizeof(uint32_t));
    return byteOffset(cast<Constant>(Call.getArgOperand(0)), offsetof(tricolor_type, run));
  }

  /// If all that the block of the PHI does is to test it for null, a slot goes to where it is not.
  static void passNullTest(PHINode &Object, BranchInst &FastEnd) {
    BasicBlock *Tail = Object.getParent();
    auto *Branch = dyn_cast<BranchInst>(Tail->getTerminator());
    auto *Test =
        Branch && Branch->isConditional() ? dyn_cast<ICmpInst>(Branch->getCondition()) : nullptr;
    if (!Test || !Test->isEquality() || Test->getOperand(0) != &Object ||
        !isa<ConstantPointerNull>(Test->getOperand(1)) || !Test->hasOneUse() ||
        Tail->sizeWithoutDebug() != 3 || &*std::next(Tail->begin()) != Test)
      return;
    BasicBlock *There = Branch->getSuccessor(Test->getPredicate() == ICmpInst::ICMP_EQ ? 1 : 0);
    if (There == Tail ||
        There == Branch->getSuccessor(Test->getPredicate() == ICmpInst::ICMP_EQ ? 0 : 1))
      return;
    Value *Slot = Object.getIncomingValueForBlock(FastEnd.getParent());
    BasicBlock *Fast = FastEnd.getParent();
    for (PHINode &Phi : There->phis()) {
      Value *FromTail = Phi.getIncomingValueForBlock(Tail);
      Phi.addIncoming(FromTail == &Object ? Slot : FromTail, Fast);
    }
    FastEnd.setSuccessor(0, There);
    Object.removeIncomingValue(Fast, /*DeletePHIIfEmpty=*/false);

    SSAUpdater Updater;
    Updater.Initialize(Object.getType(), Object.getName());
    Updater.AddAvailableValue(Tail, &Object);
    Updater.AddAvailableValue(Fast, Slot);
    SmallVector<Use *, 16> Uses;
    for (Use &U : Object.uses()) {
      auto *User = cast<Instruction>(U.getUser());
      auto *Phi = dyn_cast<PHINode>(User);
      if ((Phi ? Phi->getIncomingBlock(U) : User->getParent()) != Tail)
        Uses.push_back(&U);
    }
    for (Use *U : Uses)
      Updater.RewriteUse(*U);
  }

  Module &M;
  Type *Pointer, *Int64, *Int32, *Int16;
};

} // namespace

bool mayAllocateInline(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->isDeclaration() && isa<CallInst>(Call) && !Call.isMustTailCall() &&
         (isObjectAllocation(Call) || noscanBytes(Call) != 0);
}

PreservedAnalyses InlineAllocationPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  Expansion E(M);
  bool Changed = false;
  for (Function &F : M) {
    if (!isManaged(F) || F.hasOptNone())
      continue;
    SmallVector<CallInst *, 8> Calls;
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallInst>(&I); Call && mayAllocateInline(*Call))
        Calls.push_back(Call);
    auto IsRare = [&](const CallInst *Call) {
      auto &Frequencies = FAM.getResult<BlockFrequencyAnalysis>(F);
      return Frequencies.getBlockFreq(Call->getParent()).getFrequency() <
             Frequencies.getEntryFreq().getFrequency() / RareCalls;
    };
    erase_if(Calls, IsRare);
    if (Calls.empty())
      continue;
    for (CallInst *Call : Calls)
      E.expand(*Call);
    Changed = true;
    FAM.invalidate(F, PreservedAnalyses::none());
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tricolor
