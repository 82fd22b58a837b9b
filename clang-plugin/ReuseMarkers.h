//===- clang-plugin/ReuseMarkers.h - Where storage gets a new object ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A placement new ends the life of the pointers that its storage held, and in the code that clang makes of
// it nothing says so: a `new (p) T` may write nothing at all, and the stores that fill the object
// later are stores of numbers like any others. So its address p becomes
// `__builtin_assume_aligned(p, 1, sizeof(T))`, which is p to everybody, in constant evaluation too, and
// which llvm-pass/ReusedStorage.h finds in the IR. Only for types in which there is a number of 8 bytes
// or more, and for arrays of bytes, in which anything may be put: what has no such part is written with barriers.
//
// The code is looked at as it comes from the parser and from instantiations, before it goes to the code
// generator, so what is written to precompiled headers and modules has its markers.
//
// Also found here: structures in unions that are used as a whole, for the same pass.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_REUSEMARKERS_H
#define TRICOLOR_CLANG_PLUGIN_REUSEMARKERS_H

namespace clang {
class CompilerInstance;
class Decl;
} // namespace clang

namespace tricolor {

/// Before the first declaration: tells the passes that markers will be there.
void announceReuseMarkers();

/// Marks what is inside the declaration, except templates. Once more is harmless.
void markReuse(clang::CompilerInstance &CI, clang::Decl &D);

/// At the end of the translation unit.
void finishReuseMarkers(const clang::CompilerInstance &CI);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_REUSEMARKERS_H
