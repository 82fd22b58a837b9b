//===- llvm-pass/EncodedBarriers.h - Barriers with instructions as arguments --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A call of tricolor_write_barrier() moves its arguments to two registers and makes a frame's stack aligned.
// In optimized code calls that follow each other become one block of inline assembly instead:
//
//     call  tricolor_store_barrier_2
//     testq %rdx, 8(%rcx)            the word of %rdx is about to be stored at 8(%rcx)
//     testl %esp, (%r12,%rax,8)      what is stored at (%r12,%rax,8) is no object's address
//
// The runtime reads the instructions at the return address and takes slots and words from the registers as
// they are; it needs no alignment. Afterwards they are executed, which changes nothing but flags. A function
// whose only calls are these has no frame for their sake. It has no red zone: the call writes there.
//
// Invariants: an instruction's slot is readable where the barrier is, which every barrier wants (Barriers.h);
// the assembly clobbers what the runtime does not save: the upper parts of vector registers, flags, and
// r10 and r11, which the dynamic linker may change when it binds the call.
//
// Last of all passes: the others know a barrier by its call. Not in functions that are not optimized, and
// not where there are registers that the instructions cannot name (APX), or assembly is written in Intel's syntax.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ENCODEDBARRIERS_H
#define TRICOLOR_LLVM_PASS_ENCODEDBARRIERS_H

#include "llvm/IR/PassManager.h"

namespace tricolor {

class EncodedBarriersPass : public llvm::PassInfoMixin<EncodedBarriersPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ENCODEDBARRIERS_H
