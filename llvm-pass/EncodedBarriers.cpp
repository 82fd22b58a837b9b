//===- llvm-pass/EncodedBarriers.cpp - Barriers with instructions as arguments ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "EncodedBarriers.h"

#include "Functions.h"
#include "RuntimeInterface.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"

#include <memory>
#include <string>

using namespace llvm;

namespace tricolor {
namespace {

/// Words of one call, for which the runtime has an entry each. A word may need three registers, all at once,
/// and there are eleven. Higher: fewer calls; lower: less is moved and spilled around them.
constexpr unsigned MaxWords = 2;

constexpr StringLiteral EntryPrefix = "tricolor_store_barrier_";

using Calls = SmallVector<CallInst *, MaxWords>;

CallInst *writeBarrierCall(Instruction &I) {
  auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == WriteBarrierName ? Call : nullptr;
}

StringRef attribute(const Function &F, StringRef Name) {
  return F.getFnAttribute(Name).getValueAsString();
}

/// Whether the instructions can name all registers, and the callers count on no more than the runtime saves.
bool mayEncode(const Function &F) {
  return !F.hasOptNone() && !attribute(F, "target-features").contains("+egpr") &&
         F.getCallingConv() != CallingConv::PreserveAll &&
         F.getCallingConv() != CallingConv::X86_INTR;
}

/// Whether no vector register is larger than the 16 bytes that the runtime saves.
bool hasSmallVectors(const Function &F) {
  StringRef Processor = attribute(F, "target-cpu");
  bool Known = Processor.empty() || Processor == "generic" || Processor == "x86-64" ||
               Processor == "x86-64-v2";
  return Known && !attribute(F, "target-features").contains("+avx");
}

std::string clobbers(const Function &F) {
  std::string Names = "~{r10},~{r11},~{dirflag},~{fpsr},~{flags},~{memory}";
  if (hasSmallVectors(F))
    return Names;
  for (unsigned I = 0; I != 32; ++I)
    Names += (",~{xmm" + Twine(I) + "}").str();
  for (unsigned I = 0; I != 8; ++I)
    Names += (",~{k" + Twine(I) + "}").str();
  return Names;
}

/// Makes one block of assembly of the calls, where the last of them is.
void encode(const Calls &Group) {
  CallInst &Last = *Group.back();
  IRBuilder<> Builder(&Last);
  std::string Code = ("call " + EntryPrefix + Twine(Group.size()) + "@PLT").str();
  std::string Constraints;
  SmallVector<Value *, 2 * MaxWords> Operands;
  SmallVector<unsigned, MaxWords> Slots;
  for (CallInst *Call : Group) {
    Value *Slot = Call->getArgOperand(0), *Word = Call->getArgOperand(1);
    std::string At = ("$" + Twine(Operands.size())).str();
    Slots.push_back(Operands.size());
    Operands.push_back(Slot);
    Constraints += "*m,";
    if (isa<Constant>(Word)) { // null, a number, or the address of something that is no object
      Code += "\n\ttestl %esp, " + At;
      continue;
    }
    Code += ("\n\ttestq ${" + Twine(Operands.size()) + ":q}, " + At).str();
    Operands.push_back(Word);
    Constraints += "r,";
  }
  SmallVector<Type *, 2 * MaxWords> Types;
  for (Value *V : Operands)
    Types.push_back(V->getType());
  InlineAsm *Assembly =
      InlineAsm::get(FunctionType::get(Builder.getVoidTy(), Types, /*isVarArg=*/false), Code,
                     Constraints + clobbers(*Last.getFunction()), /*hasSideEffects=*/true);
  CallInst *Encoded = Builder.CreateCall(Assembly, Operands);
  for (unsigned I : Slots)
    Encoded->addParamAttr(
        I, Attribute::get(Last.getContext(), Attribute::ElementType, Builder.getInt64Ty()));
  Encoded->addFnAttr(Attribute::NoUnwind);
  for (CallInst *Call : Group)
    Call->eraseFromParent();
}

bool encodeBlock(BasicBlock &BB) {
  SmallVector<Calls, 4> Groups;
  bool Follows = false;
  for (Instruction &I : BB) {
    if (CallInst *Call = writeBarrierCall(I)) {
      if (!Follows || Groups.back().size() == MaxWords)
        Groups.emplace_back();
      Groups.back().push_back(Call);
      Follows = true;
    } else if (I.mayReadOrWriteMemory()) {
      Follows = false;
    }
  }
  for (const Calls &Group : Groups)
    encode(Group);
  return !Groups.empty();
}

/// Whether assembly is written in the syntax of the blocks: another assembler than LLVM's reads but one.
bool writesThisSyntax(const Module &M) {
  const Triple &For = M.getTargetTriple();
  std::string Error;
  const Target *T = TargetRegistry::lookupTarget(For, Error);
  if (!T)
    return true;
  std::unique_ptr<MCRegisterInfo> Registers(T->createMCRegInfo(For));
  std::unique_ptr<MCAsmInfo> Syntax(T->createMCAsmInfo(*Registers, For, MCTargetOptions()));
  return Syntax->getAssemblerDialect() == InlineAsm::AD_ATT;
}

} // namespace

PreservedAnalyses EncodedBarriersPass::run(Module &M, ModuleAnalysisManager &) {
  if (!writesThisSyntax(M))
    return PreservedAnalyses::all();
  bool Any = false;
  for (Function &F : M) {
    if (!isManaged(F) || !mayEncode(F))
      continue;
    bool Changed = false;
    for (BasicBlock &BB : F)
      Changed |= encodeBlock(BB);
    if (Changed)
      F.addFnAttr(Attribute::NoRedZone);
    Any |= Changed;
  }
  return Any ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace tricolor
