//===- rt/api/operators.h - Whose operator new it is --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_OPERATORS_H
#define TRICOLOR_RT_API_OPERATORS_H

namespace tricolor::rt {

// Ends the program with a message if operator new or delete is not the runtime's (operator_new.cpp):
// memory from elsewhere would not be traced, and references in it would be lost. Called by
// initialization, which also makes the linker take the file from the static library.
void check_operators();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_OPERATORS_H
