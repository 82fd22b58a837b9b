//===- llvm-pass/SiteMaps.cpp - The map of a site that is no STATEPOINT -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "SiteMaps.h"

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
