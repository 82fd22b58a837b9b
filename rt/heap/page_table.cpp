//===- rt/heap/page_table.cpp - From an address to its span -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/page_table.h"

namespace tricolor::rt {

constinit PageTable page_table = {};

} // namespace tricolor::rt
