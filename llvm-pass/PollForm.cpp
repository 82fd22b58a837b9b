//===- llvm-pass/PollForm.cpp - Whether a poll tests a flag or traps ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "PollForm.h"

#include "TextOption.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"

#include <string>

using namespace llvm;

namespace tricolor {
namespace {

cl::opt<std::string> &Option =
    textOption("tricolor-polls", "test|trap",
               "Tricolor's polls: test a flag, or read a page that the collector protects");

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
