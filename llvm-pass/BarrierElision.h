//===- llvm-pass/BarrierElision.h - Writes that need no barrier ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A barrier may be left out where both of its halves are idle: what is overwritten is no reference
// that anybody may still need, and what is written is none that the collector could miss. Each reason
// is argued in docs/design/barriers.md, under the step that the enumerator names.
//
// The analysis looks backward from the write, through blocks with a single predecessor, a bounded
// number of instructions. VerifyBarriers.h proves every reason again by its own means.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BARRIERELISION_H
#define TRICOLOR_LLVM_PASS_BARRIERELISION_H

#include "Writes.h"

namespace tricolor {

enum class Elision : uint8_t {
  None,        ///< needs its barrier
  FreshObject, ///< step 6: the object was allocated since the last safepoint and nobody else has it
  NumberWrite, ///< step 7: a number is stored, where the language says that a number was
  NumberUpdate, ///< step 7: a number is stored where a number was read
  SameValue,    ///< step 8: what was read from the slot is stored back
  Untouched,    ///< step 7: fresh storage that gets its first object
  NumberGlobal, ///< step 9: the word of a global that the collector never looks at
};
inline constexpr unsigned NumElisions = 7;

/// `Evidence` becomes the read or allocation that the reason rests on, if any. It must stay where it is, and
/// no safepoint may come between it and the write.
Elision elisionOf(const Write &W, const llvm::Instruction *&Evidence);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BARRIERELISION_H
