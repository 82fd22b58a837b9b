//===- llvm-pass/TextOption.h - A text option of all modules of ours ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// TricolorPass.so and TricolorClang.so may be loaded into one process, and LLVM allows an option's name once: whoever
// comes second uses the first one's.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_TEXTOPTION_H
#define TRICOLOR_LLVM_PASS_TEXTOPTION_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CommandLine.h"

#include <string>

namespace tricolor {

/// The hidden option `-Name=Values`. Called when the module is loaded; the option is never deleted, as the command line
/// outlives our statics. The strings must be literals.
llvm::cl::opt<std::string> &textOption(llvm::StringLiteral Name, llvm::StringLiteral Values,
                                       llvm::StringLiteral Description);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_TEXTOPTION_H
