//===- llvm-pass/MeasuredParts.h - Which parts are compiled in, for measuring ------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What the plugin adds to a program is maps, polls and barriers. To say what each costs, a program
// can be compiled without some of them: `-tricolor-measure=maps,polls` (opt, lld; `-mllvm` in
// clang), `-fplugin-arg-tricolor-measure=maps,polls` for the clang plugin.
//
// For measuring only. Such a program must not run a collection: without polls its threads stop
// nowhere but in calls of external code, without barriers a concurrent mode loses objects. Maps
// cannot be left out: they are what makes a function managed.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_MEASURED_PARTS_H
#define TRICOLOR_LLVM_PASS_MEASURED_PARTS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace tricolor {

/// The parts that a measurement may leave out.
enum class Part : uint8_t { Polls = 1, Barriers = 2 };

enum class PartList : uint8_t { Valid, Invalid };

/// Leaves out what `Parts` does not name: "maps", with or without ",polls" and ",barriers", in
/// this order.
PartList setMeasuredParts(llvm::StringRef Parts);

/// Whether the part is compiled in. Everything is, unless a measurement says otherwise; a list on
/// the command line that is not valid ends the compilation.
bool isCompiledIn(Part P);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_MEASURED_PARTS_H
