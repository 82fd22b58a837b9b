//===- llvm-pass/UnmappedCalls.cpp - Sites of calls that can have no map ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "UnmappedCalls.h"

#include "MemoryCallees.h"
#include "RootBundle.h"
#include "Safepoints.h"
#include "SiteMaps.h"
#include "Strategy.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Functions that passes of the back end call and that do not block. The object that one of __atomic_ writes has a
/// barrier in front of the call.
bool endsSoon(const Function &Callee) {
  StringRef Name = Callee.getName();
  return Name == "__stack_chk_fail" || Name == "_Unwind_Resume" || Name.starts_with("__atomic_");
}

/// Whether the symbol is code that jumps to the callee, which is in a register.
bool isThunk(StringRef Symbol) {
  return Symbol.starts_with("__llvm_retpoline_") || Symbol.starts_with("__llvm_lvi_thunk_") ||
         Symbol.starts_with("__x86_indirect_thunk_");
}

class UnmappedCalls : public MachineFunctionPass {
public:
  static char ID;
  UnmappedCalls() : MachineFunctionPass(ID) {}

  StringRef getPassName() const override { return "Tricolor: sites of calls without a map"; }

  bool runOnMachineFunction(MachineFunction &MF) override {
    const Function &F = MF.getFunction();
    if (!usesStrategy(F))
      return false;
    findCallees(F);
    if (!AnySafepoint)
      return false;
    LoadsLeaf.reset();
    bool Changed = false;
    for (MachineBasicBlock &MBB : MF)
      for (MachineInstr &MI : make_early_inc_range(MBB.instrs()))
        if (isPlainCall(MI) && !hasSite(MI) && wantsSite(MI)) {
          addFrameSite(MI);
          Changed = true;
        }
    return Changed;
  }

private:
  static bool hasSite(const MachineInstr &Call) {
    auto Next = std::next(Call.getIterator());
    return isCallWithMapBehind(Call) ||
           (Next != Call.getParent()->instr_end() && isFrameSite(*Next));
  }

  /// What the IR calls, as leaves and otherwise.
  void findCallees(const Function &F) {
    Leaves.clear();
    Safepoints.clear();
    AnySafepoint = false;
    for (const Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call || Call->isInlineAsm())
        continue;
      auto *Callee = dyn_cast<GlobalValue>(Call->getCalledOperand()->stripPointerCasts());
      auto *Known = dyn_cast_or_null<Function>(Callee);
      if (classifyCall(*Call) == CallKind::Leaf || (Known && endsSoon(*Known))) {
        Leaves.insert(Callee);
        continue;
      }
      AnySafepoint = true;
      Safepoints.insert(Callee);
    }
  }

  bool wantsSite(const MachineInstr &Call) {
    for (const MachineOperand &Operand : Call.operands()) {
      // Any other global is a variable that holds the callee.
      if (Operand.isGlobal() && Operand.getGlobal()->getValueType()->isFunctionTy())
        return Safepoints.contains(Operand.getGlobal());
      if (Operand.isMCSymbol() || (Operand.isSymbol() && !isThunk(Operand.getSymbolName())))
        return false; // a library function that no call of the IR names
    }
    if (!LoadsLeaf)
      LoadsLeaf = loadsLeaf(*Call.getMF());
    return !*LoadsLeaf;
  }

  /// Whether the function has the address of a leaf otherwise than as a callee.
  bool loadsLeaf(const MachineFunction &MF) const {
    for (const MachineBasicBlock &MBB : MF)
      for (const MachineInstr &MI : MBB)
        if (!MI.isCall() && !MI.isInlineAsm()) // the text of assembly is a symbol too
          for (const MachineOperand &Operand : MI.operands()) {
            if (Operand.isSymbol())
              return true;
            if (Operand.isGlobal() && Leaves.contains(Operand.getGlobal()))
              return true;
          }
    return false;
  }

  SmallPtrSet<const GlobalValue *, 16> Leaves, Safepoints; ///< null: a pointer
  bool AnySafepoint = false;
  std::optional<bool> LoadsLeaf;
};

char UnmappedCalls::ID = 0;

const RegisterTargetPassConfigCallback Registration([](TargetMachine &, PassManagerBase &,
                                                       TargetPassConfig *Config) {
  Config->insertPass(&StackMapLivenessID, new UnmappedCalls());
});

} // namespace

void linkUnmappedCalls() {}

} // namespace tricolor
