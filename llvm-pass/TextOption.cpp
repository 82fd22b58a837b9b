//===- llvm-pass/TextOption.cpp - A text option of all modules of ours --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "TextOption.h"

using namespace llvm;

namespace tricolor {

cl::opt<std::string> &textOption(StringLiteral Name, StringLiteral Values,
                                 StringLiteral Description) {
  auto &Registered = cl::getRegisteredOptions();
  if (auto Found = Registered.find(Name); Found != Registered.end())
    return *static_cast<cl::opt<std::string> *>(Found->second);
  return *new cl::opt<std::string>(StringRef(Name), cl::Hidden, cl::value_desc(Values),
                                   cl::desc(Description));
}

} // namespace tricolor
