//===- llvm-pass/PollForm.cpp - Whether a poll tests a flag or traps ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "PollForm.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"

#include <string>

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral OptionName = "tricolor-polls";

/// The option, or the one of another module of ours in this process: LLVM allows a name once.
cl::opt<std::string> &option() {
  auto &Registered = cl::getRegisteredOptions();
  if (auto Found = Registered.find(OptionName); Found != Registered.end())
    return *static_cast<cl::opt<std::string> *>(Found->second);
  return *new cl::opt<std::string>(
      StringRef(OptionName), cl::Hidden, cl::value_desc("test|trap"),
      cl::desc("Tricolor's polls: test a flag, or read a page that the collector protects"));
}

/// Registered when the module is loaded; never deleted, as the command line outlives our statics.
cl::opt<std::string> &Option = option();

PollForm Form = PollForm::Trap;

} // namespace

void setPollForm(PollForm Asked) { Form = Asked; }

PollForm pollForm() {
  if (Option.getNumOccurrences() == 0)
    return Form;
  if (Option == "test")
    return PollForm::Test;
  if (Option == "trap")
    return PollForm::Trap;
  reportFatalUsageError("tricolor: -tricolor-polls=" + Twine(Option.getValue()) +
                        ": expected test or trap");
}

} // namespace tricolor
