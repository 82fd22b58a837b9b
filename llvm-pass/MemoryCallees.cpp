//===- llvm-pass/MemoryCallees.cpp - Calls through memory, with maps ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "MemoryCallees.h"

#include "RootBundle.h"
#include "SiteMaps.h"
#include "Strategy.h"

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
#include "llvm/Target/RegisterTargetPassConfigCallback.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace tricolor {
namespace {

/// How many instructions before a call its callee's load is looked for. Higher: compile time; lower: loads
/// before many arguments stay.
constexpr unsigned MaxDistance = 16;

/// Operands of an x86 address: base, scale, index, displacement, segment. A load has its result before.
constexpr unsigned AddressOperands = 5;

class MemoryCallees : public MachineFunctionPass {
public:
  static char ID;
  MemoryCallees() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: callees in memory"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    const Function &F = MF.getFunction();
    const TargetSubtargetInfo &Subtarget = MF.getSubtarget();
    if (!usesStrategy(F) || F.hasOptNone() ||
        MF.getTarget().getOptLevel() == CodeGenOptLevel::None ||
        MF.getTarget().getTargetTriple().getArch() != Triple::x86_64 ||
        Subtarget.checkFeatures("+slow-two-mem-ops"))
      return false;
    TII = Subtarget.getInstrInfo();
    TRI = Subtarget.getRegisterInfo();
    bool Changed = false;
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : make_early_inc_range(MBB))
        if (MI.getOpcode() == TargetOpcode::STATEPOINT && diesAtCall(MI))
          if (MachineInstr *Load = findLoad(MI)) {
            callThroughMemory(MI, *Load);
            Changed = true;
          }
    return Changed;
  }

private:
  /// Whether the callee is in a register that is used for nothing else from the call on.
  bool diesAtCall(const MachineInstr &Site) const {
    StatepointOpers Operands(&Site);
    const MachineOperand &Target = Operands.getCallTarget();
    if (!Target.isReg() || Operands.getNumPatchBytes() != 0)
      return false;
    Register Callee = Target.getReg();
    bool Clobbered = false;
    for (const MachineOperand &O : Site.operands()) {
      if (O.isRegMask())
        Clobbered |= O.clobbersPhysReg(Callee);
      else if (&O != &Target && O.isReg() && O.getReg() && O.isUse() &&
               TRI->regsOverlap(O.getReg(), Callee))
        return false;
    }
    return Clobbered;
  }

  /// The load of the callee, if it can as well be made by the call.
  MachineInstr *findLoad(MachineInstr &Site) const {
    Register Callee = StatepointOpers(&Site).getCallTarget().getReg();
    SmallVector<const MachineInstr *, MaxDistance> Between;
    MachineBasicBlock &MBB = *Site.getParent();
    for (auto It = MachineBasicBlock::reverse_iterator(Site.getIterator()); It != MBB.rend();
         ++It) {
      MachineInstr &I = *It;
      // A variable that is the callee is lost for a few instructions; a label of a call that may throw and
      // what unwinding knows of the frame do nothing.
      if (I.isDebugInstr() || I.isEHLabel() || I.isCFIInstruction())
        continue;
      if (I.modifiesRegister(Callee, TRI))
        return isLoadOf(I, Callee) && mayMoveOver(I, Between) ? &I : nullptr;
      if (I.readsRegister(Callee, TRI) || I.isCall() || I.isInlineAsm() || I.isPosition() ||
          I.hasUnmodeledSideEffects() || Between.size() == MaxDistance)
        return nullptr;
      Between.push_back(&I);
    }
    return nullptr;
  }

  bool isLoadOf(const MachineInstr &I, Register Callee) const {
    return TII->getName(I.getOpcode()) == "MOV64rm" &&
           I.getNumExplicitOperands() == 1 + AddressOperands &&
           I.getOperand(0).getReg() == Callee && !I.hasOrderedMemoryRef();
  }

  bool mayMoveOver(const MachineInstr &Load, ArrayRef<const MachineInstr *> Between) const {
    return none_of(Between, [&](const MachineInstr *I) {
      if (I->mayStore() && I->mayAlias(static_cast<AAResults *>(nullptr), Load, /*UseTBAA=*/false))
        return true;
      return any_of(address(Load), [&](const MachineOperand &O) {
        return O.isReg() && O.getReg() && I->modifiesRegister(O.getReg(), TRI);
      });
    });
  }

  static iterator_range<MachineInstr::const_mop_iterator> address(const MachineInstr &Load) {
    return make_range(Load.operands_begin() + 1, Load.operands_begin() + 1 + AddressOperands);
  }

  void callThroughMemory(MachineInstr &Site, MachineInstr &Load) {
    MachineBasicBlock &MBB = *Site.getParent();
    if (!CallOpcode)
      CallOpcode = opcodeNamed(*TII, "CALL64m");
    // The registers of the address live longer now.
    for (MachineOperand &O : Load.operands())
      if (O.isReg() && O.getReg() && O.isUse()) {
        for (auto It = std::next(Load.getIterator()); It != Site.getIterator(); ++It)
          It->clearRegisterKills(O.getReg(), TRI);
        O.setIsKill(false);
      }
    forgetVariables(Load, Site);

    auto Call = BuildMI(MBB, Site, Site.getDebugLoc(), TII->get(CallOpcode));
    for (const MachineOperand &O : address(Load))
      Call.add(O);
    for (const MachineOperand &O : Site.operands())
      if (O.isRegMask() || (O.isReg() && O.isImplicit()))
        Call.add(O);
    Call.cloneMemRefs(Load);

    addSiteMap(Site, StatepointOpers(&Site).getID());
    Site.eraseFromParent();
    Load.eraseFromParent();
  }

  /// No variable is in the callee's register any more.
  static void forgetVariables(MachineInstr &Load, MachineInstr &Site) {
    Register Callee = Load.getOperand(0).getReg();
    for (auto It = std::next(Load.getIterator()); It != Site.getIterator(); ++It)
      if (It->isDebugValue() && It->hasDebugOperandForReg(Callee))
        It->setDebugValueUndef();
  }

  const TargetInstrInfo *TII = nullptr;
  const TargetRegisterInfo *TRI = nullptr;
  unsigned CallOpcode = 0;
};

char MemoryCallees::ID = 0;

const RegisterTargetPassConfigCallback Registration([](TargetMachine &, PassManagerBase &,
                                                       TargetPassConfig *Config) {
  Config->insertPass(&StackMapLivenessID, new MemoryCallees());
});

} // namespace

bool isCallWithMapBehind(const MachineInstr &MI) {
  auto Next = std::next(MI.getIterator());
  return MI.isCall() && Next != MI.getParent()->instr_end() &&
         Next->getOpcode() == TargetOpcode::STACKMAP && !isFrameSite(*Next) &&
         StackMapOpers(&*Next).getID() != TrapSiteID;
}

void linkMemoryCallees() {}

} // namespace tricolor
