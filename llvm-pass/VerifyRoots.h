//===- llvm-pass/VerifyRoots.h - Checks that maps list the live pointers -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An independent check of what tricolor-statepoints made of a function. It works on the finished IR and
// shares with the passes only which types may carry a pointer (PointerMask.h), which integers do
// (Candidates.h) and which calls need a map (Safepoints.h); liveness, derivation and the contents of
// slots it finds out for itself, in the plainest way. Four rules:
//
//   - every call that can carry a map has one;
//   - every value that may be a pointer and that the program uses after a call, on some way, is covered
//     by the call's map: the value or one that it is derived from is listed itself, or a listed slot
//     holds it on every way to the call;
//   - a listed slot is listed with all words of what it holds;
//   - a local variable that may be read later is listed (VerifyLocals.h).
//
// A value that is listed although it is dead is no finding.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_VERIFYROOTS_H
#define TRICOLOR_LLVM_PASS_VERIFYROOTS_H

namespace llvm {
class Function;
class raw_ostream;
} // namespace llvm

namespace tricolor {

/// Checks one function with gc "tricolor". Writes one line for each finding; true if there is one.
bool verifyRoots(llvm::Function &F, llvm::raw_ostream &Problems);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_VERIFYROOTS_H
