//===- clang-plugin/TypeAnnotations.h - Layouts from clang to the passes ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The header has one descriptor for each collected type,
// tricolor::detail::type_descriptor<T>::value, without contents. When clang instantiates one, T is
// complete. The text of an annotation on the variable carries T's layout into the IR, where
// llvm-pass/TypeDescriptors.cpp reads it:
//
//   tricolor.type:v1;flags=<dec>;size=<dec>;align=<dec>;name=<percent-encoded>;
//   program=<hex code words of tricolor/abi.h, separated by commas; empty if it holds no pointers>
//
// in one line.
//
// Must be called before code is generated for the variable.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_TYPEANNOTATIONS_H
#define TRICOLOR_CLANG_PLUGIN_TYPEANNOTATIONS_H

#include <cstdint>

namespace clang {
class CompilerInstance;
class VarDecl;
} // namespace clang

namespace tricolor {

/// Whether to warn where the collector cannot run a collected type's destructor that does something.
enum class DestructorWarning : uint8_t { Off, On };

/// Annotates `Variable` if it is a type descriptor. Reports what the type has that cannot be
/// collected.
void annotateDescriptor(clang::CompilerInstance &CI, clang::VarDecl &Variable,
                        DestructorWarning Warning);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_TYPEANNOTATIONS_H
