//===- rt/api/collected_object.h - The object that an argument is in ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// For entries that are about a collected object and can do nothing sensible with anything else.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_COLLECTED_OBJECT_H
#define TRICOLOR_RT_API_COLLECTED_OBJECT_H

#include "heap/find_object.h"

namespace tricolor::rt {

// The collected object that the address is in. Ends the program with a message that says what was
// wanted for the address ("a finalizer") if there is none. State Runtime.
ObjectRef require_collected(const void *address, const char *wanted);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_COLLECTED_OBJECT_H
