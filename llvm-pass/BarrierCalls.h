//===- llvm-pass/BarrierCalls.h - The slow path of a write --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The calls that tell the runtime of one write, for the cold block behind the flag's test.
//
// A value of several words (vector, aggregate, wide integer) is taken apart, one call a word: no stack
// memory is needed for it, and the path without a collection pays for the test alone.
//
// A write under a mask may touch only the lanes whose bit is set; the others may not even be
// readable. The barrier's slot of such a lane is `tricolor.no_slot`, a null word of ours.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BARRIERCALLS_H
#define TRICOLOR_LLVM_PASS_BARRIERCALLS_H

#include "Writes.h"

namespace tricolor {

/// Adds the calls before `Before`, where slot and value of the write must be defined.
void addBarrierCalls(llvm::Instruction &Before, const Write &W);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BARRIERCALLS_H
