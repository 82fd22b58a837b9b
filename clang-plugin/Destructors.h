//===- clang-plugin/Destructors.h - Destructors that the collector cannot run -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The collector has the destructor of an object run before it frees it, by a function in the type's
// descriptor (tricolor/descriptor.h). That function cannot call a destructor that is not public, or
// deleted. Where such a destructor would have released something (the elements of a std::vector
// member, a file), that stays allocated, and what it holds stays alive. The warning names the type.
// It is not given where the destructor, as far as its body is known, does nothing:
// `~Node() = default`, `~Node() {}`.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_DESTRUCTORS_H
#define TRICOLOR_CLANG_PLUGIN_DESTRUCTORS_H

#include "clang/AST/Type.h"

namespace clang {
class ASTContext;
class DiagnosticsEngine;
} // namespace clang

namespace tricolor {

/// Warns if destroying a `Type`, a complete type, does something and the collector cannot do it; at
/// `Use` if the type is the library's.
void warnAboutDestructor(const clang::ASTContext &Context, clang::DiagnosticsEngine &Diagnostics,
                         clang::QualType Type, clang::SourceLocation Use);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_DESTRUCTORS_H
