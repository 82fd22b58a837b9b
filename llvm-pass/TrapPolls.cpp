//===- llvm-pass/TrapPolls.cpp - Polls of one instruction --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "TrapPolls.h"

#include "RootBundle.h"
#include "RuntimeInterface.h"
#include "SiteMaps.h"
#include "Strategy.h"

#include <tricolor/abi.h>

#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/StackMaps.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetOpcodes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral PageName = "__tricolor_poll_page";

/// Defines the image's page: one for all modules, nobody else's, and not a pointer in it.
void definePage(Module &M) {
  GlobalVariable *Page = M.getNamedGlobal(PageName);
  if (Page && !Page->isDeclaration())
    return;
  auto *Ty = ArrayType::get(Type::getInt32Ty(M.getContext()), TRICOLOR_POLL_PAGE_BYTES / 4);
  auto *Definition = new GlobalVariable(M, Ty, /*isConstant=*/false, GlobalValue::WeakODRLinkage,
                                        Constant::getNullValue(Ty));
  if (Page) {
    Page->replaceAllUsesWith(Definition);
    Definition->takeName(Page);
    Page->eraseFromParent();
  } else {
    Definition->setName(PageName);
  }
  Definition->setVisibility(GlobalValue::HiddenVisibility);
  Definition->setDSOLocal(true);
  Definition->setAlignment(Align(TRICOLOR_POLL_PAGE_BYTES));
  Definition->setComdat(M.getOrInsertComdat(PageName));
  Definition->setCodeModel(CodeModel::Small);
  // Its readers are no IR.
  appendToCompilerUsed(M, {Definition});
}

const GlobalVariable *pageOf(const MachineFunction &MF) {
  const GlobalVariable *Page = MF.getFunction().getParent()->getNamedGlobal(PageName);
  return Page && !Page->isDeclaration() ? Page : nullptr;
}

bool isTrapPoll(const MachineInstr &MI) {
  if (MI.getOpcode() != TargetOpcode::STATEPOINT)
    return false;
  const MachineOperand &Target = StatepointOpers(&MI).getCallTarget();
  return Target.isGlobal() && Target.getGlobal()->getName() == TrapPollName;
}

/// Step 1.
class TrapPollsNoCalls : public MachineFunctionPass {
public:
  static char ID;
  TrapPollsNoCalls() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: trap polls are no calls"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    const Function &F = MF.getFunction();
    if (!usesStrategy(F) || F.hasOptNone() ||
        MF.getTarget().getOptLevel() == CodeGenOptLevel::None || !pageOf(MF))
      return false;
    bool Changed = false;
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : MBB)
        if (isTrapPoll(MI))
          Changed |= relax(MBB, MI);
    if (Changed)
      forgetCalls(MF);
    return Changed;
  }

private:
  bool relax(MachineBasicBlock &MBB, MachineInstr &MI) {
    const TargetInstrInfo &TII = *MBB.getParent()->getSubtarget().getInstrInfo();
    auto Setup = MachineBasicBlock::reverse_iterator(MI.getIterator());
    while (Setup != MBB.rend() && Setup->getOpcode() != TII.getCallFrameSetupOpcode())
      ++Setup;
    auto Destroy = std::next(MI.getIterator());
    while (Destroy != MBB.instr_end() && Destroy->getOpcode() != TII.getCallFrameDestroyOpcode())
      ++Destroy;
    if (Setup == MBB.rend() || Destroy == MBB.instr_end())
      return false;
    MachineInstr *Marks[] = {&*Setup, &*Destroy};
    for (MachineInstr *Mark : Marks)
      Mark->eraseFromParent();

    for (unsigned I = MI.getNumOperands(); I-- != 0;)
      if (const MachineOperand &O = MI.getOperand(I);
          O.isRegMask() || (O.isReg() && O.isImplicit() && O.isDef()))
        MI.removeOperand(I);
    // The read changes the flags, which the marks did until now.
    if (!Flags)
      Flags = registerNamed(*MBB.getParent()->getSubtarget().getRegisterInfo(), "EFLAGS");
    MI.addOperand(MachineOperand::CreateReg(Flags, /*isDef=*/true, /*isImp=*/true,
                                            /*isKill=*/false, /*isDead=*/true));
    // What is asked for the registers that the callee preserves: all.
    MI.getOperand(StatepointOpers(&MI).getCCIdx()).setImm(CallingConv::AnyReg);
    // Not a call that could be made any more.
    MI.getOperand(StatepointOpers(&MI).getNBytesPos()).setImm(TRICOLOR_POLL_BYTES);
    return true;
  }

  /// A function that calls nothing needs no aligned stack.
  static void forgetCalls(MachineFunction &MF) {
    const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
    MachineFrameInfo &Frame = MF.getFrameInfo();
    if (Frame.hasVarSizedObjects())
      return;
    for (const MachineBasicBlock &MBB : MF)
      for (const MachineInstr &MI : MBB)
        if ((MI.isCall() && !MI.isReturn() && !isTrapPoll(MI)) || MI.isStackAligningInlineAsm() ||
            MI.getOpcode() == TII.getCallFrameSetupOpcode() ||
            MI.getOpcode() == TII.getCallFrameDestroyOpcode())
          return;
    Frame.setHasCalls(false);
    Frame.setAdjustsStack(false);
  }

  MCRegister Flags;
};

/// Step 2.
class TrapPollsRead : public MachineFunctionPass {
public:
  static char ID;
  TrapPollsRead() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: trap polls read their page"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    if (!usesStrategy(MF.getFunction()))
      return false;
    bool Changed = false;
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : make_early_inc_range(MBB))
        if (isTrapPoll(MI) && StatepointOpers(&MI).getNumPatchBytes() != 0) {
          emitRead(MBB, MI);
          Changed = true;
        }
    return Changed;
  }

private:
  void emitRead(MachineBasicBlock &MBB, MachineInstr &MI) {
    MachineFunction &MF = *MBB.getParent();
    const TargetInstrInfo &TII = *MF.getSubtarget().getInstrInfo();
    if (!ReadOpcode)
      lookUp(*MF.getSubtarget().getRegisterInfo(), TII);
    BuildMI(MBB, MI, MI.getDebugLoc(), TII.get(ReadOpcode))
        .addReg(InstructionPointer)
        .addImm(1)
        .addReg(0)
        .addGlobalAddress(pageOf(MF))
        .addReg(0)
        .addReg(AnyRegister, RegState::Undef);
    addSiteMap(MI, TrapSiteID);
    MI.eraseFromParent();
  }

  void lookUp(const TargetRegisterInfo &TRI, const TargetInstrInfo &TII) {
    ReadOpcode = opcodeNamed(TII, "TEST32mr");
    InstructionPointer = registerNamed(TRI, "RIP");
    AnyRegister = registerNamed(TRI, "EAX");
  }

  unsigned ReadOpcode = 0;
  MCRegister InstructionPointer, AnyRegister;
};

char TrapPollsNoCalls::ID = 0;
char TrapPollsRead::ID = 0;

const RegisterTargetPassConfigCallback Registration([](TargetMachine &, PassManagerBase &,
                                                       TargetPassConfig *Config) {
  Config->insertPass(&FinalizeISelID, new TrapPollsNoCalls());
  Config->insertPass(&StackMapLivenessID, new TrapPollsRead());
});

} // namespace

bool canTrap(const Function &F) {
  std::optional<CodeModel::Model> Model = F.getParent()->getCodeModel();
  return !F.hasOptNone() && (!Model || *Model == CodeModel::Small || *Model == CodeModel::Medium);
}

void insertTrapPoll(Instruction &Before) {
  Module &M = *Before.getModule();
  definePage(M);
  IRBuilder<> Builder(&Before);
  Builder.SetCurrentDebugLocation(locationFor(Before));
  createSlowCall(Builder, getTrapPoll(M), {});
}

GlobalVariable *referToPollPage(Module &M) {
  if (GlobalVariable *Existing = M.getNamedGlobal(PageName))
    return Existing;
  auto *Page = new GlobalVariable(M, Type::getInt8Ty(M.getContext()), /*isConstant=*/false,
                                  GlobalValue::ExternalWeakLinkage, nullptr, PageName);
  Page->setVisibility(GlobalValue::HiddenVisibility);
  return Page;
}

void linkTrapPolls() {}

} // namespace tricolor
