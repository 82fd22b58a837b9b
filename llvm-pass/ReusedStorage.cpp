//===- llvm-pass/ReusedStorage.cpp - Numbers where pointers were --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "ReusedStorage.h"
#include "AccessTypes.h"
#include "MeasuredParts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral FlagName = "tricolor.reused-storage";

/// What has been seen to.
enum class Prepared : uint8_t {
  Nothing = 0,
  Copies = 1,       ///< enough for C
  PlacementNew = 2, ///< enough for C++ too
};

/// Objects of up to this many words are marked by their words. Higher: more locals that the optimizer keeps
/// in registers; lower: less code before barriers.
constexpr uint64_t MaxWords = 4;

/// The text of the inline assembly that uses them. (The inliner drops `llvm.fake.use`.)
constexpr StringLiteral WordsText = "# tricolor.reuse";

ReuseMarkers Markers = ReuseMarkers::Absent;
UnionCopies Copies = UnionCopies::Possible;

Prepared preparedIn(const Module &M) {
  auto *Flag = mdconst::extract_or_null<ConstantInt>(M.getModuleFlag(FlagName));
  uint64_t Value = Flag ? Flag->getZExtValue() : 0;
  return static_cast<Prepared>(std::min(Value, uint64_t(Prepared::PlacementNew)));
}

Prepared neededBy(AccessLanguage Language) {
  return Language == AccessLanguage::C ? Prepared::Copies : Prepared::PlacementNew;
}

bool holdsPointers(const Type &Ty) {
  return Ty.getScalarType()->isPointerTy() || Ty.isAggregateType();
}

/// The mark that the clang plugin makes: `p` is aligned to 1, `bytes` off.
struct Mark {
  Value *Address;
  Value *Bytes;
};

std::optional<Mark> markOf(const CallBase &Call) {
  const auto *Assume = dyn_cast<AssumeInst>(&Call);
  if (!Assume || Assume->getNumOperandBundles() != 1)
    return std::nullopt;
  OperandBundleUse Bundle = Assume->getOperandBundleAt(0);
  if (Bundle.getTagName() != "align" || Bundle.Inputs.size() != 3)
    return std::nullopt;
  auto *Alignment = dyn_cast<ConstantInt>(Bundle.Inputs[1]);
  if (!Alignment || !Alignment->isOne())
    return std::nullopt;
  return Mark{Bundle.Inputs[0], Bundle.Inputs[2]};
}

constexpr Attribute::AttrKind Harmless[] = {Attribute::NoUnwind, Attribute::WillReturn,
                                            Attribute::NoCallback, Attribute::NoFree,
                                            Attribute::NoSync};

/// Moves the load of an old word to the cold block that remembers it, where nothing writes in between.
void sink(LoadInst &Load) {
  BasicBlock *Cold = cast<Instruction>(*Load.user_begin())->getParent();
  if (Cold->getSinglePredecessor() != Load.getParent() ||
      any_of(Load.users(), [&](User *U) { return cast<Instruction>(U)->getParent() != Cold; }))
    return;
  for (Instruction *I = Load.getNextNode(); I; I = I->getNextNode())
    if (I->mayWriteToMemory() && !isa<LoadInst>(I)) // the flag's load is volatile
      return;
  Load.moveBefore(Cold->getFirstNonPHIIt());
}

FunctionCallee reuseFunction(Module &M) {
  LLVMContext &C = M.getContext();
  AttrBuilder Attributes(C);
  for (Attribute::AttrKind Kind : Harmless)
    Attributes.addAttribute(Kind);
  Attributes.addMemoryAttr(MemoryEffects::argMemOnly(ModRefInfo::Ref) |
                           MemoryEffects::inaccessibleMemOnly());
  FunctionCallee Callee = M.getOrInsertFunction(
      ReuseFunctionName, AttributeList::get(C, AttributeList::FunctionIndex, Attributes),
      Type::getVoidTy(C), PointerType::getUnqual(C), Type::getInt64Ty(C));
  cast<Function>(Callee.getCallee())
      ->addParamAttr(0, Attribute::getWithCaptureInfo(C, CaptureInfo::none()));
  return Callee;
}

void replace(CallBase &Call, const Mark &Found) {
  IRBuilder<> Builder(&Call);
  Type *Word = Builder.getInt64Ty();
  auto *Constant = dyn_cast<ConstantInt>(Found.Bytes);
  if (Constant && Constant->getZExtValue() <= MaxWords * 8) {
    SmallVector<Value *, MaxWords> Arguments;
    for (uint64_t At = 0; At + 8 <= Constant->getZExtValue(); At += 8)
      Arguments.push_back(Builder.CreateAlignedLoad(
          Word, Builder.CreatePtrAdd(Found.Address, Builder.getInt64(At)), Align(1)));
    SmallVector<Type *, MaxWords> Types(Arguments.size(), Word);
    SmallVector<StringRef, MaxWords> Constraints(Arguments.size(), "r");
    auto *Text = InlineAsm::get(FunctionType::get(Builder.getVoidTy(), Types, /*isVarArg=*/false),
                                WordsText, join(Constraints, ","), /*hasSideEffects=*/true);
    CallInst *Use = Builder.CreateCall(Text, Arguments);
    Use->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
    for (Attribute::AttrKind Kind : Harmless)
      Use->addFnAttr(Kind);
  } else {
    Builder.CreateCall(reuseFunction(*Call.getModule()),
                       {Found.Address, Builder.CreateZExtOrTrunc(Found.Bytes, Word)});
  }
}

} // namespace

void setReuseMarkers(ReuseMarkers M) { Markers = M; }
void setUnionCopies(UnionCopies C) { Copies = C; }

bool isNumberOverNumber(const StoreInst &Store) {
  return accessType(Store) == AccessType::Number &&
         !holdsPointers(*Store.getValueOperand()->getType()) &&
         preparedIn(*Store.getModule()) >= neededBy(accessLanguage(Store));
}

ReuseMark reuseMark(const CallBase &Call) {
  if (const auto *Text = dyn_cast<InlineAsm>(Call.getCalledOperand()))
    return Text->getAsmString() == WordsText ? ReuseMark::Words : ReuseMark::None;
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == ReuseFunctionName ? ReuseMark::Block : ReuseMark::None;
}

bool eraseReuseMarks(Module &M) {
  SmallVector<CallBase *, 16> Marks;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && reuseMark(*Call) != ReuseMark::None)
        Marks.push_back(Call);
  for (CallBase *Call : Marks) {
    SmallVector<Value *, MaxWords> Arguments(Call->args());
    Call->eraseFromParent();
    for (Value *Argument : Arguments)
      if (auto *Load = dyn_cast<LoadInst>(Argument)) {
        if (Load->use_empty())
          Load->eraseFromParent();
        else
          sink(*Load);
      }
  }
  if (Function *Callee = M.getFunction(ReuseFunctionName); Callee && Callee->use_empty())
    Callee->eraseFromParent();
  return !Marks.empty();
}

PreservedAnalyses ReusedStoragePass::run(Module &M, ModuleAnalysisManager &) {
  SmallVector<CallBase *, 16> Calls;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I))
        Calls.push_back(Call);
  for (CallBase *Call : Calls) {
    auto *Copy = dyn_cast<AnyMemTransferInst>(Call);
    if (Copy && Copies == UnionCopies::Possible &&
        !isa<AllocaInst>(Copy->getRawDest()->stripInBoundsOffsets()))
      Copy->setMetadata(LLVMContext::MD_tbaa_struct, nullptr);
    if (std::optional<Mark> Found = markOf(*Call)) {
      if (isCompiledIn(Part::Barriers))
        replace(*Call, *Found);
      Call->eraseFromParent();
    }
  }
  Prepared Now = Markers == ReuseMarkers::Present ? Prepared::PlacementNew : Prepared::Copies;
  if (preparedIn(M) < Now)
    M.setModuleFlag(Module::Min, FlagName, uint32_t(Now));
  return PreservedAnalyses::none();
}

} // namespace tricolor
