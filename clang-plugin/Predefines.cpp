//===- clang-plugin/Predefines.cpp - The macro by which headers see the plugin ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Predefines.h"

#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/Pragma.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/Token.h"

using namespace clang;

namespace tricolor {

namespace {

constexpr llvm::StringLiteral MacroName = "__TRICOLOR__";

/// `#pragma tricolor`
class PluginPragma : public PragmaHandler {
public:
  PluginPragma() : PragmaHandler("tricolor") {}

  void HandlePragma(Preprocessor &PP, PragmaIntroducer, Token &First) override {
    IdentifierInfo *Name = PP.getIdentifierInfo(MacroName);
    if (Name->hasMacroDefinition())
      return;
    Token One;
    One.startToken();
    One.setKind(tok::numeric_constant);
    PP.CreateString("1", One, First.getLocation(), First.getLocation());
    MacroInfo *Macro = PP.AllocateMacroInfo(First.getLocation());
    Macro->setTokens(One, PP.getPreprocessorAllocator());
    Macro->setDefinitionEndLoc(First.getLocation());
    PP.appendDefMacroDirective(Name, Macro);
  }
};

PragmaHandlerRegistry::Add<PluginPragma> Registered("tricolor", "defines __TRICOLOR__");

} // namespace

void addPredefines(Preprocessor &PP) {
  PP.setPredefines(PP.getPredefines() + ("#define " + MacroName + " 1\n").str());
}

} // namespace tricolor
