//===- clang-plugin/PendingVariable.h - Proof that the passes have not run ----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Where clang drops the passes (-save-temps, -Xclang -disable-llvm-passes), the object file would
// have no maps, and nobody would notice before the collector freed live objects. So every
// translation unit gets a used variable that refers to an undefined function whose name is the
// error message; the last pass, llvm-pass/PendingMarker.cpp, removes both.
//
// The declarations are made in the AST at the end of the translation unit and not as text before
// it: text there may not precede a C++20 module declaration, and would be in precompiled headers as
// well.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_PENDINGVARIABLE_H
#define TRICOLOR_CLANG_PLUGIN_PENDINGVARIABLE_H

namespace clang {
class CompilerInstance;
} // namespace clang

namespace tricolor {

/// Hands the variable to the code generator, if there is one. At the end of the translation unit,
/// before the code generator is told so.
void plantPendingVariable(clang::CompilerInstance &CI);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_PENDINGVARIABLE_H
