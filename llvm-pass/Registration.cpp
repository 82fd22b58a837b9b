//===- llvm-pass/Registration.cpp - The entry point of TricolorPass.so -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The module for opt, llc, clang -fpass-plugin= and other frontends. A host with another LLVM gets
// an interface version that it must refuse; the reason is written out before.
//
//===------------------------------------------------------------------------------------------===//

#include "HostCheck.h"
#include "Pipeline.h"

#include <tricolor/abi.h>

#include "llvm/Config/llvm-config.h"
#include "llvm/Plugins/PassPlugin.h"

#include <cstdio>

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT llvm::PassPluginLibraryInfo llvmGetPassPluginInfo() {
  uint32_t Version = LLVM_PLUGIN_API_VERSION;
  if (std::string Problem = tricolor::checkHost(); !Problem.empty()) {
    std::fprintf(stderr, "%s\n", Problem.c_str());
    Version = 0;
  }
  return {Version, "Tricolor", LLVM_VERSION_STRING, tricolor::registerPasses, nullptr};
}
