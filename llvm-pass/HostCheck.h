//===- llvm-pass/HostCheck.h - Is the loading program of our LLVM ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// LLVM's C++ interface changes with every release, and a plugin loaded into another one crashes in
// places that tell nothing. Each plugin module asks here before it touches any LLVM object.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_HOSTCHECK_H
#define TRICOLOR_LLVM_PASS_HOSTCHECK_H

#include <string>

namespace tricolor {

/// Empty if the program that loaded the plugin uses the LLVM that the plugin was built for;
/// otherwise what is wrong and what to do.
std::string checkHost();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_HOSTCHECK_H
