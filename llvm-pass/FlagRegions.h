//===- llvm-pass/FlagRegions.h - Where the barrier flag cannot change ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The collector raises and lowers the barrier flag, and each thread takes note at a safepoint. Between
// two safepoints of a thread the flag is for that thread what it was (docs/design/barriers.md, step 3).
// Here a safepoint is any call of code that is not ours, also of leaf functions. That is more than the runtime takes
// for one: a thread that a signal has stopped outside of managed code answers if the call has a site in the
// maps (rt/threads/safepoint_check.h). Every call that may get one must change the flag here: all but intrinsics
// that are known to be short, barriers, and assembly, in which no call can have a site.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_FLAGREGIONS_H
#define TRICOLOR_LLVM_PASS_FLAGREGIONS_H

namespace llvm {
class Instruction;
} // namespace llvm

namespace tricolor {

/// Whether the flag may be another after the instruction than before it.
bool mayChangeFlag(const llvm::Instruction &I);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_FLAGREGIONS_H
