//===- llvm-pass/MeasuredParts.cpp - Which parts are compiled in, for measuring ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "MeasuredParts.h"

#include "TextOption.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"

#include <string>

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral OptionName = "tricolor-measure";

constexpr uint8_t PollsBit = static_cast<uint8_t>(Part::Polls);
constexpr uint8_t BarriersBit = static_cast<uint8_t>(Part::Barriers);

struct Choice {
  StringLiteral List;
  uint8_t Parts;
};

constexpr Choice Choices[] = {
    {"maps", 0},
    {"maps,polls", PollsBit},
    {"maps,barriers", BarriersBit},
    {"maps,polls,barriers", PollsBit | BarriersBit},
};

const Choice *find(StringRef List) {
  const Choice *Found = find_if(Choices, [&](const Choice &C) { return C.List == List; });
  return Found == std::end(Choices) ? nullptr : Found;
}

cl::opt<std::string> &Option =
    textOption(OptionName, "maps[,polls][,barriers]",
               "for measuring only: leave out the parts of Tricolor that are not named");

uint8_t Compiled = PollsBit | BarriersBit;

} // namespace

PartList setMeasuredParts(StringRef Parts) {
  const Choice *Found = find(Parts);
  if (!Found)
    return PartList::Invalid;
  Compiled = Found->Parts;
  return PartList::Valid;
}

bool isCompiledIn(Part P) {
  uint8_t Parts = Compiled;
  if (Option.getNumOccurrences() != 0) {
    const Choice *Found = find(Option);
    if (!Found)
      reportFatalUsageError("tricolor: -tricolor-measure=" + Twine(Option.getValue()) +
                            ": expected maps[,polls][,barriers]");
    Parts = Found->Parts;
  }
  return (Parts & static_cast<uint8_t>(P)) != 0;
}

} // namespace tricolor
