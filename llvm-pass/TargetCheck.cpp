//===- llvm-pass/TargetCheck.cpp - What the passes refuse --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Sanitizers. AddressSanitizer, HWAddressSanitizer and MemTag put locals into memory of their own,
// the address of which is no static alloca; SafeStack and split stacks likewise. MemorySanitizer
// and ThreadSanitizer bring their own operator new and defer signals, so that a thread in a system
// call would never be stopped. UndefinedBehaviorSanitizer is fine.
//
//===------------------------------------------------------------------------------------------===//

#include "TargetCheck.h"
#include "Diagnostics.h"

#include <tricolor/abi.h>

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace tricolor {
namespace {

struct RefusedAttribute {
  Attribute::AttrKind Kind;
  StringLiteral Flag;
};

constexpr RefusedAttribute RefusedAttributes[] = {
    {Attribute::SanitizeAddress, "-fsanitize=address"},
    {Attribute::SanitizeHWAddress, "-fsanitize=hwaddress"},
    {Attribute::SanitizeMemory, "-fsanitize=memory"},
    {Attribute::SanitizeThread, "-fsanitize=thread"},
    {Attribute::SanitizeMemTag, "-fsanitize=memtag"},
    {Attribute::SafeStack, "-fsanitize=safe-stack"},
    {Attribute::ShadowCallStack, "-fsanitize=shadow-call-stack"},
};

/// Whether a symbol is a replaceable global allocation or deallocation function: operator new,
/// new[], delete, delete[] in all their forms.
bool isGlobalAllocationFunction(StringRef Name) {
  // The parameters of the replaceable forms; what else begins like them is a placement form.
  auto IsNewTail = [](StringRef Tail) {
    return StringSwitch<bool>(Tail)
        .Cases({"m", "mRKSt9nothrow_t", "mSt11align_val_t", "mSt11align_val_tRKSt9nothrow_t"}, true)
        .Default(false);
  };
  auto IsDeleteTail = [](StringRef Tail) {
    return StringSwitch<bool>(Tail)
        .Cases({"Pv", "Pvm", "PvRKSt9nothrow_t", "PvSt11align_val_t", "PvmSt11align_val_t",
                "PvSt11align_val_tRKSt9nothrow_t"},
               true)
        .Default(false);
  };
  if (Name.consume_front("_Znw") || Name.consume_front("_Zna"))
    return IsNewTail(Name);
  if (Name.consume_front("_Zdl") || Name.consume_front("_Zda"))
    return IsDeleteTail(Name);
  return false;
}

/// Reports the first function of each refused flag: the flag is the command line's, not the
/// function's.
Verdict checkFlags(Module &M) {
  Verdict Result = Verdict::Supported;
  for (const RefusedAttribute &Refused : RefusedAttributes)
    for (Function &F : M)
      if (F.hasFnAttribute(Refused.Kind)) {
        reportError(F, Refused.Flag + " cannot be combined with the plugin; compile without it");
        Result = Verdict::Refused;
        break;
      }
  return Result;
}

/// Whether the command line asks for the instruction selector that knows no bundles. Takes the option
/// back: after the error, it would only end in another one.
bool selectsGlobally() {
  auto &Options = cl::getRegisteredOptions();
  auto Found = Options.find("global-isel");
  if (Found == Options.end())
    return false;
  auto &Option = *static_cast<cl::opt<cl::boolOrDefault> *>(Found->second);
  bool Asked = Option == cl::boolOrDefault::BOU_TRUE;
  if (Asked)
    Option = cl::boolOrDefault::BOU_FALSE;
  return Asked;
}

Verdict checkFunction(Function &F) {
  Verdict Result = Verdict::Supported;
  auto Refuse = [&](const Twine &Message) {
    reportError(F, Message);
    Result = Verdict::Refused;
  };
  if (F.hasGC() && F.getGC() != TRICOLOR_GC_NAME)
    Refuse("the function uses the garbage collector '" + Twine(F.getGC()) +
           "'; one module cannot have two, remove its gc attribute or this plugin");
  if (F.hasFnAttribute("split-stack"))
    Refuse("-fsplit-stack cannot be combined with the plugin; compile without it");
  if (!F.isDeclarationForLinker() && isGlobalAllocationFunction(F.getName()))
    Refuse("a replacement of the global allocation function '" + F.getName() +
           "' is defined, but the runtime has its own; compile this file without the plugin or "
           "use a class-scope operator");
  return Result;
}

} // namespace

Verdict checkModule(Module &M) {
  const Triple &Target = M.getTargetTriple();
  if (!Target.isOSLinux() || Target.getArch() != Triple::x86_64 || Target.isX32()) {
    reportError(M, "the target '" + Target.str() +
                       "' is not supported; compile for x86_64-linux-gnu or without the plugin");
    return Verdict::Refused;
  }
  if (M.getCodeModel() == CodeModel::Large) {
    reportError(M, "-mcmodel=large is not supported: the tables of the collector hold 32-bit "
                   "distances; use -mcmodel=medium or smaller");
    return Verdict::Refused;
  }
  if (selectsGlobally()) {
    reportError(M,
                "-global-isel is not supported: that instruction selector leaves the maps of the "
                "frames out; compile without it");
    return Verdict::Refused;
  }
  Verdict Result = checkFlags(M);
  for (Function &F : M)
    if (checkFunction(F) == Verdict::Refused)
      Result = Verdict::Refused;
  return Result;
}

} // namespace tricolor
