//===- llvm-pass/SiteMaps.cpp - The map of a site that is no STATEPOINT -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "SiteMaps.h"

#include "RootBundle.h"

#include "llvm/ADT/Twine.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/StackMaps.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetOpcodes.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace tricolor {

void addSiteMap(MachineInstr &Statepoint, uint64_t ID) {
  const TargetInstrInfo &TII = *Statepoint.getMF()->getSubtarget().getInstrInfo();
  auto Map = BuildMI(*Statepoint.getParent(), Statepoint, Statepoint.getDebugLoc(),
                     TII.get(TargetOpcode::STACKMAP))
                 .addImm(static_cast<int64_t>(ID))
                 .addImm(0);
  // The operands up to the collector's pointers, of which there are none: convention, flags, bundle.
  StatepointOpers Operands(&Statepoint);
  for (unsigned I = Operands.getVarIdx(), End = Operands.getNumGCPtrIdx() - 1; I != End; ++I)
    Map.add(Statepoint.getOperand(I));
}

void addFrameSite(MachineInstr &Call) {
  MachineFunction &MF = *Call.getMF();
  auto Map =
      BuildMI(MF, Call.getDebugLoc(), MF.getSubtarget().getInstrInfo()->get(TargetOpcode::STACKMAP))
          .addImm(FrameSiteID)
          .addImm(0);
  // As for a STATEPOINT: convention, flags, the number of the bundle's operands, and these.
  constexpr int64_t Frame = static_cast<int64_t>(RootGroup::Frame);
  for (int64_t Number :
       {int64_t{CallingConv::C}, int64_t{0}, int64_t{2}, int64_t{RootBundleHeader}, Frame})
    Map.addImm(StackMaps::ConstantOp).addImm(Number);
  // The call may be one of a bundle, with the check of its callee (KCFI).
  Call.getParent()->insert(getBundleEnd(Call.getIterator()), Map);
}

bool isFrameSite(const MachineInstr &MI) {
  return MI.getOpcode() == TargetOpcode::STACKMAP && StackMapOpers(&MI).getID() == FrameSiteID;
}

bool isPlainCall(const MachineInstr &MI) {
  const TargetInstrInfo &TII = *MI.getMF()->getSubtarget().getInstrInfo();
  return MI.isCall(MachineInstr::IgnoreBundle) && !MI.isReturn(MachineInstr::IgnoreBundle) &&
         TII.getName(MI.getOpcode()).starts_with("CALL");
}

unsigned opcodeNamed(const TargetInstrInfo &TII, StringRef Name) {
  for (unsigned I = 0; I != TII.getNumOpcodes(); ++I)
    if (TII.getName(I) == Name)
      return I;
  reportFatalUsageError("tricolor: the target has no instruction '" + Twine(Name) + "'");
}

MCRegister registerNamed(const TargetRegisterInfo &TRI, StringRef Name) {
  for (unsigned R = 1; R != TRI.getNumRegs(); ++R)
    if (Name == TRI.getName(R))
      return R;
  reportFatalUsageError("tricolor: the target has no register '" + Twine(Name) + "'");
}

} // namespace tricolor
