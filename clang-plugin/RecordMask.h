//===- clang-plugin/RecordMask.h - The pointers in a type's layout ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Reads a complete type's layout from clang and says which words hold pointers:
//
//   pointers and references to objects or void          the word holds a pointer
//   a union with a pointer or char storage in a member  those words may hold one
//   char storage                                        those words may hold one
//   everything else                                     no pointer
//
// Everything else: numbers (also uintptr_t), bit-fields, enumerations, nullptr_t, vectors, pointers
// to functions and to members, vtable pointers.
//
// Char storage is an array of char, signed char, unsigned char or std::byte, as far as it covers
// whole aligned words: what std::function, std::any and the like keep objects in. In a type that is
// itself aligned to less than a word, or whose size is no multiple of a word, there is none: no
// pointer object can be there.
//
// Bases, virtual bases, members, array elements and _Atomic are looked into, so std::atomic<T *>,
// lambdas and std::unique_ptr<T> are what their fields are.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_RECORDMASK_H
#define TRICOLOR_CLANG_PLUGIN_RECORDMASK_H

#include "WordLayout.h"

#include "clang/AST/Type.h"

#include <optional>

namespace clang {
class ASTContext;
class DiagnosticsEngine;
} // namespace clang

namespace tricolor {

/// The normalized layout of a complete type of which collected objects are made. Nothing, and
/// errors with the places of the fields, if it has a flexible array member or a pointer that is not
/// aligned.
std::optional<WordLayout> layoutOfCollectedType(const clang::ASTContext &Context,
                                                clang::DiagnosticsEngine &Diagnostics,
                                                clang::QualType Type);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_RECORDMASK_H
