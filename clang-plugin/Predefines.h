//===- clang-plugin/Predefines.h - The macro by which headers see the plugin --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// __TRICOLOR__ is predefined to 1 where code is compiled. Where clang only preprocesses (-E, -M),
// plugins are loaded but not asked, and no macro can be predefined; there the public headers say
// `#pragma tricolor`, which the plugin's pragma handler answers by defining the macro.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_PREDEFINES_H
#define TRICOLOR_CLANG_PLUGIN_PREDEFINES_H

namespace clang {
class Preprocessor;
} // namespace clang

namespace tricolor {

/// Before the main file is entered.
void addPredefines(clang::Preprocessor &PP);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_PREDEFINES_H
