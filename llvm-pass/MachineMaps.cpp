//===- llvm-pass/MachineMaps.cpp - Checks that no map is lost in the back end ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Machine instructions have no link to the calls of the IR, so calls are compared by callee: each
// function by its name, all calls through pointers together. Numbering them ("statepoint-id") would be
// a link, but calls with different numbers are not merged: the checked code would not be the code that
// is shipped.
//
// A callee that the IR calls only with maps must have no plain call. Where it calls one both ways, code
// may be duplicated or removed: then a map is lost if there are more plain calls and fewer with a map. So too for
// pointers: a function without a map may be called through a register (-fno-plt).
//
//===------------------------------------------------------------------------------------------===//

#include "MachineMaps.h"

#include "ListedRoots.h"
#include "MemoryCallees.h"
#include "Pipeline.h"
#include "Safepoints.h"
#include "SiteMaps.h"
#include "Strategy.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/StackMaps.h"
#include "llvm/CodeGen/TargetOpcodes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Calls that passes of the back end add to the IR, after the maps were made.
bool isAddedByBackEnd(const Function &Callee) {
  StringRef Name = Callee.getName();
  return Name == "__stack_chk_fail" || Name == "_Unwind_Resume" || Name == "mcount" ||
         Name == "__fentry__" || Name.starts_with("__cyg_profile_func_") ||
         Name.starts_with("__atomic_");
}

class MachineMaps : public MachineFunctionPass {
public:
  static char ID;
  MachineMaps() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: no map is lost"; }

  void getAnalysisUsage(AnalysisUsage &AU) const override {
    AU.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(AU);
  }

  bool runOnMachineFunction(MachineFunction &MF) override {
    const Function &F = MF.getFunction();
    if (!usesStrategy(F))
      return false;
    Of.clear();
    for (const Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I))
        countInIR(F, *Call);
    for (const MachineBasicBlock &MBB : MF)
      for (const MachineInstr &MI : MBB)
        countInCode(MI);
    for (auto &[Callee, C] : Of)
      if (C.Code > C.IR && (Callee && C.IR == 0 ? C.MapsInIR != 0 : C.MapsInCode < C.MapsInIR))
        report(F, "a call of " + name(Callee) + " had a map, which the back end lost");
    return false;
  }

private:
  struct Counts {
    unsigned MapsInIR = 0, IR = 0, MapsInCode = 0, Code = 0;
  };

  void countInIR(const Function &F, const CallBase &Call) {
    if (Call.isInlineAsm())
      return;
    auto *Callee = dyn_cast<GlobalValue>(Call.getCalledOperand()->stripPointerCasts());
    if (ListedRoots::hasMap(Call)) {
      ++Of[Callee].MapsInIR;
      return;
    }
    ++Of[Callee].IR;
    auto *Known = dyn_cast_or_null<Function>(Callee);
    if (classifyCall(Call) == CallKind::Safepoint && !(Known && isAddedByBackEnd(*Known)))
      report(F, "a call of " + name(Callee) +
                    " came to the back end without the map that it can have");
  }

  void countInCode(const MachineInstr &MI) {
    if (MI.getOpcode() == TargetOpcode::STATEPOINT) {
      const MachineOperand &Target = StatepointOpers(&MI).getCallTarget();
      ++Of[Target.isGlobal() ? Target.getGlobal() : nullptr].MapsInCode;
      return;
    }
    if (isCallWithMapBehind(MI)) {
      ++Of[nullptr].MapsInCode;
      return;
    }
    if (!isPlainCall(MI))
      return;
    const GlobalValue *Callee = nullptr;
    for (const MachineOperand &Operand : MI.operands()) {
      if (Operand.isSymbol() || Operand.isMCSymbol())
        return; // a library function that no call of the IR names
      if (Operand.isGlobal() && Operand.getGlobal()->getValueType()->isFunctionTy())
        Callee = Operand.getGlobal();
    }
    ++Of[Callee].Code;
  }

  static std::string name(const GlobalValue *Callee) {
    return Callee ? ("'" + Callee->getName() + "'").str() : "a pointer";
  }

  static void report(const Function &F, const Twine &What) {
    F.getContext().diagnose(DiagnosticInfoGeneric(
        "tricolor-verify: in '" + F.getName() + "': " + What +
            (verifiesIR() ? Twine() : "; the frame will be scanned conservatively there"),
        verifiesIR() ? DS_Error : DS_Warning));
  }

  MapVector<const GlobalValue *, Counts> Of; ///< by callee; null: through a pointer
};

char MachineMaps::ID = 0;

/// After everything that changes instructions; what follows only looks or lays out.
const RegisterTargetPassConfigCallback Registration([](TargetMachine &, PassManagerBase &,
                                                       TargetPassConfig *Config) {
  Config->insertPass(&StackMapLivenessID, new MachineMaps());
});

} // namespace

void linkMachineMaps() {}

} // namespace tricolor
