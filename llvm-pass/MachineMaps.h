//===- llvm-pass/MachineMaps.h - Checks that no map is lost in the back end --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Between the IR and the machine code a bundle may be dropped (GlobalISel ignores it; a pass that builds
// a call anew may forget it), and the call then is one without a map. A machine function pass behind
// all that could do it compares the calls of each function with gc "tricolor" to its IR: a call
// instruction must be a STATEPOINT, a jump, a call that the IR makes without a map too, or one that the
// back end made up (memcpy, __tls_get_addr).
//
// A frame without a map is scanned conservatively, so nothing is lost but precision. A finding is a
// warning for that reason, and an error where the IR is verified (Pipeline.h).
//
// It is added to every back end's pipeline when the plugin is loaded, and works on functions with gc
// "tricolor" only.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_MACHINEMAPS_H
#define TRICOLOR_LLVM_PASS_MACHINEMAPS_H

namespace tricolor {

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkMachineMaps();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_MACHINEMAPS_H
