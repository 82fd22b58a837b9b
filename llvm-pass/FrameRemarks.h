//===- llvm-pass/FrameRemarks.h - What is said about a function's maps -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// One remark a function (`-Rpass=tricolor`) and the statistics of tricolor-statepoints: how many calls
// have maps, what the maps list, and why the other calls have none. Read off the finished function, so
// the pass itself counts nothing.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_FRAMEREMARKS_H
#define TRICOLOR_LLVM_PASS_FRAMEREMARKS_H

namespace llvm {
class Function;
} // namespace llvm

namespace tricolor {

/// After tricolor-statepoints is done with the function. Costs nothing when nobody asked.
void remarkOnFrame(llvm::Function &F);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_FRAMEREMARKS_H
