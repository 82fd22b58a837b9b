//===- llvm-pass/Strategy.h - The GC strategy "tricolor" ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Registers the strategy that `gc "tricolor"` names. It only asks for metadata (the map printer's
// call): safepoints come as deopt bundles from the statepoint pass, not from the back end.
//
// The registration is a static constructor of Strategy.cpp. A static library drops an object file that
// nobody refers to, so each plugin module calls linkStrategy() and linkMapPrinter() once.
//
// The back end has an option by which operands of a bundle stay where the register allocator has them,
// `-use-registers-for-deopt-values`. Without it each would be stored before each call. It is for the
// whole process; modules of ours list values in bundles only where this is wanted.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_STRATEGY_H
#define TRICOLOR_LLVM_PASS_STRATEGY_H

namespace llvm {
class Function;
} // namespace llvm

namespace tricolor {

/// Whether the function has our strategy, so that the machine passes work on it.
bool usesStrategy(const llvm::Function &F);

/// Makes the linker keep the registration; does nothing.
void linkStrategy();

/// Sets the back end's option, unless the command line did. Any number of times.
void leaveValuesInRegisters();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_STRATEGY_H
