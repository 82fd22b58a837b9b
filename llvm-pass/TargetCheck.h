//===- llvm-pass/TargetCheck.h - What the passes refuse ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Compilations that would go wrong silently are errors: targets whose frames the runtime cannot
// read, sanitizers that move locals away from where the maps say they are, another collector's
// functions, and replacements of the global operator new and delete, which are the runtime's.
//
// Asked before the late passes, and before link-time optimization in the compiler too, so that what is
// refused is refused where its source is known.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_TARGETCHECK_H
#define TRICOLOR_LLVM_PASS_TARGETCHECK_H

#include <cstdint>

namespace llvm {
class Module;
} // namespace llvm

namespace tricolor {

enum class Verdict : uint8_t { Supported, Refused };

/// Reports every cause for which the module cannot be compiled with the passes.
Verdict checkModule(llvm::Module &M);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_TARGETCHECK_H
