//===- llvm-pass/Strategy.cpp - The GC strategy "tricolor" --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Strategy.h"

#include <tricolor/abi.h>

#include "llvm/IR/Function.h"
#include "llvm/IR/GCStrategy.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

namespace tricolor {
namespace {

class TricolorStrategy : public GCStrategy {
public:
  TricolorStrategy() { UsesMetadata = true; }

  /// Whether a pointer may point to the collected heap. Address space 0 is not told apart by type, and
  /// what matters is already in the bundles: no value is to be spilled for the back end's own idea of a
  /// collected pointer.
  std::optional<bool> isGCManagedPointer(const Type *) const override { return false; }
};

GCRegistry::Add<TricolorStrategy> Registration(TRICOLOR_GC_NAME,
                                               "Tricolor: precise, non-moving, maps from bundles");

/// A host that only generates code (llc) does nothing else with the plugin than to load it.
struct SetWhenLoaded {
  SetWhenLoaded() { leaveValuesInRegisters(); }
} const SetOnce;

} // namespace

bool usesStrategy(const Function &F) { return F.hasGC() && F.getGC() == TRICOLOR_GC_NAME; }

void linkStrategy() {}

void leaveValuesInRegisters() {
  auto &Options = cl::getRegisteredOptions();
  auto Found = Options.find("use-registers-for-deopt-values");
  if (Found == Options.end())
    return; // a foreign LLVM; HostCheck.h has the message
  auto *Option = static_cast<cl::opt<bool> *>(Found->second);
  if (Option->getNumOccurrences() == 0)
    *Option = true;
}

} // namespace tricolor
