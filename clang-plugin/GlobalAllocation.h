//===- clang-plugin/GlobalAllocation.h - Global operator new and delete -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every global operator new and delete of a process that links the runtime is the runtime's (traced
// memory). A program's own definition would replace it, at least in part of the program, and what
// it allocates would not be a root.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_GLOBALALLOCATION_H
#define TRICOLOR_CLANG_PLUGIN_GLOBALALLOCATION_H

namespace clang {
class ASTContext;
class DiagnosticsEngine;
} // namespace clang

namespace tricolor {

/// Reports each definition of a replaceable one in the translation unit as an error. At its end.
void checkGlobalAllocation(clang::ASTContext &Context, clang::DiagnosticsEngine &Diagnostics);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_GLOBALALLOCATION_H
