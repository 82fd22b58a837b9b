//===- llvm-pass/SiteMaps.h - The map of a site that is no STATEPOINT ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// LLVM records a map for a STATEPOINT, which is a call through a register or of a symbol. Where the machine code
// is another instruction (TrapPolls.h, MemoryCallees.h), a STACKMAP behind it records the same map for the same
// address. A call that has no map (UnmappedCalls.h) gets one that lists its frame as a whole.
//
// A plugin has no names for a target's instructions and registers; they are looked up by their text.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_SITEMAPS_H
#define TRICOLOR_LLVM_PASS_SITEMAPS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/MC/MCRegister.h"

#include <cstdint>

namespace llvm {
class MachineInstr;
class TargetInstrInfo;
class TargetRegisterInfo;
} // namespace llvm

namespace tricolor {

/// Adds the STACKMAP in front of the STATEPOINT that it takes the map from, with a number of its own.
void addSiteMap(llvm::MachineInstr &Statepoint, uint64_t ID);

/// Adds a STACKMAP behind the call whose list is the whole frame.
void addFrameSite(llvm::MachineInstr &Call);
/// Whether the instruction is such a STACKMAP.
bool isFrameSite(const llvm::MachineInstr &MI);

/// Whether it is a call instruction, and no STATEPOINT, jump, or call that the back end makes of other things than
/// calls (of a thread-local variable's address).
bool isPlainCall(const llvm::MachineInstr &MI);

/// The target's instruction, or register, of the name. Ends the compilation where it has none.
unsigned opcodeNamed(const llvm::TargetInstrInfo &TII, llvm::StringRef Name);
llvm::MCRegister registerNamed(const llvm::TargetRegisterInfo &TRI, llvm::StringRef Name);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_SITEMAPS_H
