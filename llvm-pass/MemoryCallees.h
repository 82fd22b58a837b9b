//===- llvm-pass/MemoryCallees.h - Calls through memory, with maps ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// x86 calls a virtual function by `call *(%rax)`. A STATEPOINT names its callee by a register, so that a
// call with a map is `mov (%rax), %rax; call *%rax`. Behind the last pass that moves instructions, this
// one puts the two together again: the load goes, and the STATEPOINT becomes the call through memory and
// a STACKMAP behind it, which records the same map for the same return address.
//
// Left alone: where anything between the two might write the memory or the registers of the address, where
// the callee is used by anything else, where the target would rather load (slow-two-mem-ops), and
// functions that are not optimized.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_MEMORYCALLEES_H
#define TRICOLOR_LLVM_PASS_MEMORYCALLEES_H

namespace llvm {
class MachineInstr;
} // namespace llvm

namespace tricolor {

/// Whether the machine instruction is a call whose map is a STACKMAP behind it.
bool isCallWithMapBehind(const llvm::MachineInstr &MI);

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkMemoryCallees();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_MEMORYCALLEES_H
