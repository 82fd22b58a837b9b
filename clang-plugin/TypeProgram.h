//===- clang-plugin/TypeProgram.h - A layout as a program for the runtime -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Encodes a layout in the code words of tricolor/abi.h.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_TYPEPROGRAM_H
#define TRICOLOR_CLANG_PLUGIN_TYPEPROGRAM_H

#include "WordLayout.h"

#include <cstdint>
#include <vector>

namespace tricolor {

/// The program of a normalized layout, END included; empty if no word may hold a pointer.
std::vector<uint64_t> makeProgram(const WordLayout &Layout);

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_TYPEPROGRAM_H
