//===- clang-plugin/CompilationCheck.h - What the plugin refuses to compile ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Languages, targets and modes of which the plugin knows that code compiled with it would go wrong.
// Each is an error that says what to do. What depends on the code itself is found elsewhere, in
// GlobalAllocation.cpp, RecordMask.cpp and the passes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_COMPILATIONCHECK_H
#define TRICOLOR_CLANG_PLUGIN_COMPILATIONCHECK_H

#include <cstdint>

namespace clang {
class CompilerInstance;
} // namespace clang

namespace tricolor {

enum class Compilation : uint8_t { Supported, Refused };

/// Reports every cause for which the compilation cannot be done with the plugin.
Compilation checkCompilation(clang::CompilerInstance &CI);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_COMPILATIONCHECK_H
